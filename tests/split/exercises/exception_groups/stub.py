class CheckFailed(Exception):
    pass


class FormErrors(ExceptionGroup):
    pass


def check_form(form, strict=False):
    pass


def run_tasks(tasks):
    pass


def names_of(error):
    pass


def sort_errors(group):
    pass


def clean_up(actions, order):
    pass
