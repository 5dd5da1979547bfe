"""The `passerelle` command: one program for running a school, checking courses and looking after the sandbox."""

from __future__ import annotations

from importlib import import_module

import click

# name: (module:attribute, help). A command's module is imported only when that command runs, so `--help` is instant.
COMMANDS: dict[str, tuple[str, str]] = {
    "serve": ("lms.serve:serve", "Run the whole system on this machine: web, grader and sandbox."),
    "web": ("lms.web:web", "Run the web server alone (for machines with a broker)."),
    "grader": ("lms.submissions.cli:grader", "Run a grader alone (needs a broker)."),
    "outbox": ("lms.announcements.cli:outbox", "Send mail that waits, in a process of its own."),
    "prepare": ("lms.prepare:prepare", "Bring the database and the languages up to date."),
    "admissions": (
        "lms.admissions.cli:admissions",
        "Close screening rounds whose date has come; erase old applications.",
    ),
    "demo": ("lms.demo.cli:demo", "Put in a demonstration school, and say how to sign in."),
    "board": ("lms.board.cli:board", "Count who needs help, and delete talks whose day has come."),
    "courses": (
        "lms.authoring.cli:courses",
        "Check courses, extract texts to translate, lay out what was published.",
    ),
    "try": ("lms.grading.cli:try_command", "Grade files against an exercise, without a database."),
    "sandbox": ("sandbox.cli:sandbox", "The service that runs student code; its doctor; its image."),
    "referral": ("lms.referral.cli:referral", "Verify a referral; show or change the key that signs them."),
    "backup": ("lms.backup:backup", "Write the database and the settings to one file."),
    "restore": ("lms.backup:restore", "Put back what `backup` wrote."),
}


class LazyGroup(click.Group):
    """A click group whose subcommands are imported when they are called."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name][0]} is not a command")
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="passerelle")
def main() -> None:
    """Passerelle: coding courses for schools that train refugees and newcomers.

    \b
    First steps:
      passerelle serve                      serve the site on http://127.0.0.1:8000
      passerelle courses check              check every course in courses/
      passerelle try courses/first-steps-python/08-functions/ticket-price answer.py
      passerelle sandbox doctor             prove that student code is locked in

    Settings come from environment variables that begin with PASSERELLE_; docs/operating.md lists them.
    """


if __name__ == "__main__":
    main()
