"""What click, the library of the command line, says by itself.

These are its own sentences and names of types, so that they stand in the catalogue; a test
compares them with those of the click that is installed. Its remarks to programmers are left out.
"""

from typing import Final

SENTENCES: Final = (
    "(dynamic)",
    "Aborted!",
    "Choice({choices})",
    "Choose from:\n\t{choices}",
    "Commands",
    "Confirm the action without prompting.",
    "Could not open file {filename!r}: {message}",
    "Couldn't detect Bash version, shell completion is not supported.",
    "Do you want to continue?",
    "Error: The two entered values do not match.",
    "Error: invalid input",
    "Error: {message}",
    "Invalid value for {param_hint}: {message}",
    "Invalid value: {message}",
    "Missing argument",
    "Missing command.",
    "Missing option",
    "Missing parameter",
    "Missing parameter: {param_name}",
    "Missing {param_type}",
    "No such command {name!r}.",
    "No such option {name!r}.",
    "Option {name!r} does not take a value.",
    "Options",
    "Positional arguments",
    "Press any key to continue...",
    "Repeat for confirmation",
    "Shell completion is not supported for Bash versions older than 4.4.",
    "Show the version and exit.",
    "Show this message and exit.",
    "Try '{command} {option}' for help.",
    "Usage:",
    "default: {default}",
    "deprecated",
    "directory",
    "env var: {var}",
    "file",
    "integer",
    "integer range",
    "path",
    "required",
    "unknown error",
    "{name} {filename!r} does not exist.",
    "{name} {filename!r} is a directory.",
    "{name} {filename!r} is a file.",
    "{name} {filename!r} is not executable.",
    "{name} {filename!r} is not readable.",
    "{name} {filename!r} is not writable.",
    "{value!r} is not a valid UUID.",
    "{value!r} is not a valid boolean. Recognized values: {states}",
    "{value!r} is not a valid {number_type}.",
    "{value} is not in the range {range}.",
)
WITH_A_NUMBER: Final = (
    {
        1: "Did you mean {possibility}?",
        2: "(Did you mean one of: {possibilities}?)",
    },
    {
        1: "Got unexpected extra argument ({args})",
        2: "Got unexpected extra arguments ({args})",
    },
    {
        1: "Option {name!r} requires an argument.",
        2: "Option {name!r} requires {nargs} arguments.",
    },
    {
        1: "Takes {nargs} values but 1 was given.",
        2: "Takes {nargs} values but {len} were given.",
    },
    {
        1: "{len_type} values are required, but {len_value} was given.",
        2: "{len_type} values are required, but {len_value} were given.",
    },
    {
        1: "{value!r} does not match the format {format}.",
        2: "{value!r} does not match the formats {formats}.",
    },
    {
        1: "{value!r} is not {choice}.",
        2: "{value!r} is not one of {choices}.",
    },
)
