class CheckFailed(Exception):
    def __init__(self, field, problem):
        super().__init__(f"{field}: {problem}")
        self.field = field


class FormErrors(ExceptionGroup):
    @property
    def fields(self):
        return [error.field for error in self.exceptions if isinstance(error, CheckFailed)]

    def derive(self, errors):
        return FormErrors(self.message, errors)


def check_name(text):
    if not text:
        raise CheckFailed("name", "is missing")
    return text


def check_age(text):
    age = int(text)
    if age < 0:
        raise CheckFailed("age", "must not be negative")
    return age


def check_form(form, strict=False):
    errors, values = [], {}
    for field, check in (("name", check_name), ("age", check_age)):
        try:
            values[field] = check(form[field])
        except (CheckFailed, ValueError) as error:
            errors.append(error)
    if errors:
        kind = FormErrors if strict else ExceptionGroup
        word = "error" if len(errors) == 1 else "errors"
        raise kind(f"the form has {len(errors)} {word}", errors)
    return values


def run_tasks(tasks):
    errors, results = [], []
    for task in tasks:
        try:
            results.append(task())
        except Exception as error:
            errors.append(error)
    if errors:
        raise ExceptionGroup("tasks failed", errors)
    return results


def names_of(error):
    if isinstance(error, BaseExceptionGroup):
        return [name for part in error.exceptions for name in names_of(part)]
    return [type(error).__name__]


def sort_errors(group):
    counts = {}
    try:
        raise group
    except* ValueError as errors:
        counts["ValueError"] = len(names_of(errors))
    except* OSError as errors:
        counts["OSError"] = len(names_of(errors))
    except* Exception as errors:
        for name in names_of(errors):
            counts[name] = counts.get(name, 0) + 1
    return counts


def clean_up(actions, order):
    run_tasks(actions)
    order.append("done")
