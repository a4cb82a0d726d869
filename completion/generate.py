#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""usage: generate.py bash|zsh|fish PROGRAM TEMPLATE

Prints TEMPLATE with @COMMANDS@ and the other names between at signs replaced by what PROGRAM says of its commands
and options (`PROGRAM help --rows`). What a value can be is read from its name in the help:

  direct|dut          these words
  FILE, RESULT.json   files
  DIR, FOLDER         folders
  PORT                ports: wire:, netdev:, pci: and the others
  IF, INTERFACE       interfaces of the kernel
  netns=NAME          network namespaces
  PLACE               the words that the program names for it

Nothing is suggested for other names.
"""

import os
import re
import subprocess
import sys

KINDS = {"DIR": "@folder", "FOLDER": "@folder", "PORT": "@port", "IF": "@interface", "INTERFACE": "@interface",
         "netns=NAME": "@netns", "COMMAND": "@command"}
FILE = re.compile(r"[A-Z]*(FILE|RESULT|PATH|OUT)[A-Z]*|[A-Z]+\.[a-z0-9|]+")
WORD = re.compile(r"[a-z0-9][a-z0-9.+-]*")


class Command:
    def __init__(self, name, synopsis, summary):
        self.name, self.summary = name, summary
        self.synopsis = synopsis
        self.options = []

    @property
    def words(self):
        return self.name.split()


def read_rows(text):
    """-> commands by name, words by the name of a value."""
    commands, words = {}, {}
    for line in text.splitlines():
        kind, *fields = line.split("\t")
        if kind == "command":
            commands[fields[0]] = Command(*fields)
        elif kind == "option":
            commands[fields[0]].options.append(tuple(fields[1:]))
        elif kind == "word":
            words.setdefault(fields[0], []).append(fields[1])
    for command in commands.values():
        if not any(name == "help" for name, _, _ in command.options):
            command.options.append(("help", "", "this text, as -h"))
    return commands, words


def choices(value, words):
    """What can stand for a value: words, and kinds that begin with an at sign."""
    if FILE.fullmatch(value):
        return ["@file"]
    found = []
    for one in value.split("|"):
        if one in words:
            found += words[one]
        elif one in KINDS:
            found.append(KINDS[one])
        elif FILE.fullmatch(one):
            found.append("@file")
        elif WORD.fullmatch(one):
            found.append(one)
    return list(dict.fromkeys(found))


def arguments(command, commands, words):
    """What can stand for a command's words that are no options, by its synopsis."""
    verbs = [other.words[-1] for other in commands.values() if other.words[:-1] == command.words]
    found = []
    after_option = False
    for token in command.synopsis.split():
        token = token.strip("[]").replace("]...", "").rstrip(".…").strip("[]")
        is_option = token.startswith("--") and token != "--"
        if not is_option and not after_option:
            found += [one for one in choices(token, words) if not one.startswith("--")]
        after_option = is_option and "]" not in token and len(command.synopsis.split()) > 1
    return list(dict.fromkeys(verbs + found))


def quoted(text):
    """For any of the three shells, which have no escapes within single quotes but their own for one."""
    return "'" + text.replace("'", "'\\''") + "'"


def fish_quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def bash(commands, words):
    options, values, rest = [], [], []
    for command in commands.values():
        options.append(f"  {quoted(command.name)}) echo " +
                       quoted(" ".join(f"--{name}" for name, _, _ in command.options)) + " ;;")
        for name, value, _ in command.options:
            if value:
                values.append(f"  {quoted(command.name + ' --' + name)}) echo "
                              f"{quoted(' '.join(choices(value, words)))} ;;")
        given = arguments(command, commands, words)
        if given:
            rest.append(f"  {quoted(command.name)}) echo {quoted(' '.join(given))} ;;")
    return {"COMMANDS": " ".join(top(commands)), "GROUPS": "|".join(groups(commands)), "OPTIONS": "\n".join(options),
            "VALUES": "\n".join(values), "ARGUMENTS": "\n".join(rest)}


def top(commands):
    return [name for name in commands if " " not in name]


def groups(commands):
    """Commands that have verbs."""
    return list(dict.fromkeys(name.split()[0] for name in commands if " " in name))


def zsh_text(text):
    """The explanation of an option: brackets and colons are signs of _arguments."""
    return re.sub(r"([\[\]:\\])", r"\\\1", text)


def zsh_action(found):
    if not found:
        return " "
    if found == ["@file"]:
        return "_files"
    if found == ["@folder"]:
        return "_files -/"
    # the blank keeps options of compadd out of its arguments
    return " _overrun_values " + " ".join(found)


def zsh(commands, words):
    cases = []
    for command in commands.values():
        specs = []
        for name, value, text in command.options:
            # a value may also stand after "="; via and others may be given again
            spec = f"*--{name}" + (f"=[{zsh_text(text)}]" if value else f"[{zsh_text(text)}]")
            if value:
                spec += f":{zsh_text(value)}:{zsh_action(choices(value, words))}"
            specs.append(quoted(spec))
        given = arguments(command, commands, words)
        if given:
            specs.append(quoted(f"*:argument:{zsh_action(given)}"))
        cases.append(f"  {quoted(command.name)})\n    _arguments -S -A '-- *' : \\\n      " +
                     " \\\n      ".join(specs) + "\n    ;;")
    described = [quoted(f"{name}:{commands[name].summary}") for name in top(commands)]
    return {"COMMANDS": "\n    ".join(described), "GROUPS": "|".join(groups(commands)), "CASES": "\n".join(cases)}


def fish(commands, words):
    lines = []
    for name in top(commands):
        lines.append(f"complete -c overrun -n __overrun_has_no_command -f -a {name} "
                     f"-d {fish_quoted(commands[name].summary)}")
    for command in commands.values():
        at = fish_quoted(f"__overrun_is {command.name}")
        for name, value, text in command.options:
            line = f"complete -c overrun -n {at} -l {name} -d {fish_quoted(text)}"
            if value:
                found = choices(value, words)
                line += " -r" if found == ["@file"] else f" -x -a {fish_quoted(fish_values(found))}"
            lines.append(line)
        given = arguments(command, commands, words)
        if given and given != ["@file"]:
            lines.append(f"complete -c overrun -n {at} -f -a {fish_quoted(fish_values(given))}")
        elif not given:
            lines.append(f"complete -c overrun -n {at} -f")
    for name in top(commands):
        verbs = arguments(commands[name], commands, words) if name in groups(commands) else []
        lines.append(f"complete -c overrun -n '__overrun_is help {name}' -f" +
                     (f" -a {fish_quoted(fish_values(verbs))}" if verbs else ""))
    return {"LINES": "\n".join(lines), "COMMANDS": " ".join(top(commands)), "GROUPS": " ".join(groups(commands))}


def fish_values(found):
    return " ".join(f"(__overrun_{one[1:]})" if one.startswith("@") else one for one in found)


def fill(template, names):
    # tables go in whole: what stands in them is no name of the template
    return re.sub(r"@([A-Z]+)@", lambda match: names[match.group(1)], template)


def main(shell, program, path):
    # a sanitizer's complaint about memory that is kept to the end is no matter here
    rows = subprocess.run([program, "help", "--rows"], check=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                          env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}, text=True, encoding="utf-8").stdout
    commands, words = read_rows(rows)
    with open(path, encoding="utf-8") as template:
        names = {"bash": bash, "zsh": zsh, "fish": fish}[shell](commands, words)
        sys.stdout.reconfigure(encoding="utf-8")
        sys.stdout.write(fill(template.read(), names))


if __name__ == "__main__":
    main(*sys.argv[1:])
