#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""usage: test_completion.py bash|zsh|fish PROGRAM COMPLETION

Does the completion of a shell suggest every option that the program's help has, and what its values can be?
"""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

SHELL, PROGRAM, COMPLETION = "", "", ""
ZSH_RUNNING = None
END = "=== end of the answer ==="

BASH = """
. "$1"
while IFS= read -r COMP_LINE; do
  COMP_POINT=${#COMP_LINE}
  _overrun
  ((${#COMPREPLY[@]} == 0)) || printf '%s\\n' "${COMPREPLY[@]}"
  echo '""" + END + """'
done
"""

FISH = """
source $argv[1]
while read -l line
    complete -C $line | string replace -r '\\t.*' ''
    echo '""" + END + """'
end
"""

# Completion of zsh runs in its line editor alone: a key asks for the completion of every line of a file.
ZSH = """
fpath=(%(folder)s $fpath)
autoload -Uz compinit
compinit -u -D
zstyle ':completion:*' insert-tab false
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then
    builtin compadd "$@"
    return
  fi
  local -a hits
  builtin compadd -O hits "$@"
  ((${#hits})) && print -rl -- $hits >>%(folder)s/answers
  builtin compadd "$@"
}
ask() {
  local line
  for line in "${(@f)$(<%(folder)s/questions)}"; do
    BUFFER=$line
    CURSOR=${#BUFFER}
    zle complete-word
    print -r -- '""" + END + """' >>%(folder)s/answers
  done
  print >%(folder)s/done
}
zle -N ask
bindkey '^X' ask
print >%(folder)s/ready
"""


def answers_of(text, lines):
    answers = [set(part.split("\n")) - {""} for part in text.split(END + "\n")[:-1]]
    if len(answers) != len(lines):
        raise AssertionError(f"{len(answers)} answers to {len(lines)} lines: {text[-500:]}")
    return dict(zip(lines, answers))


class Terminal:
    """A shell that takes a terminal for its user."""

    def __init__(self, words):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="dumb", PS1="$ ", LC_ALL="C.UTF-8")
            os.execvp(words[0], words)
        self.seen = ""

    def type(self, text):
        os.write(self.fd, text.encode())

    def wait(self, condition, seconds=60):
        """Read what the shell shows until the condition holds."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"{SHELL} did not answer: {self.seen[-500:]!r}")
            if select.select([self.fd], [], [], 0.05)[0]:
                self.seen += os.read(self.fd, 65536).decode(errors="replace")

    def close(self):
        os.close(self.fd)
        os.waitpid(self.pid, 0)


class Zsh:
    """A zsh that answers, started once."""

    def __init__(self):
        self.folder = tempfile.mkdtemp()
        shutil.copy(COMPLETION, os.path.join(self.folder, "_overrun"))
        with open(os.path.join(self.folder, "rc"), "w", encoding="utf-8") as file:
            file.write(ZSH % {"folder": self.folder})
        self.shell = Terminal(["zsh", "-f", "-i"])
        self.shell.type(f". {self.folder}/rc\n")
        self.shell.wait(lambda: os.path.exists(f"{self.folder}/ready"))

    def ask(self, lines):
        for name in ("answers", "done"):
            if os.path.exists(f"{self.folder}/{name}"):
                os.remove(f"{self.folder}/{name}")
        with open(f"{self.folder}/questions", "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
        self.shell.type("\x18")
        self.shell.wait(lambda: os.path.exists(f"{self.folder}/done"), 100)
        with open(f"{self.folder}/answers", encoding="utf-8") as file:
            return answers_of(file.read(), lines)

    def close(self):
        self.shell.close()
        shutil.rmtree(self.folder)


def ask(lines):
    """-> what the shell suggests for each of the lines."""
    if SHELL == "zsh":
        return ZSH_RUNNING.ask(lines)
    words = ["bash", "--norc", "-c", BASH, "-"] if SHELL == "bash" else ["fish", "--no-config", "-c", FISH]
    done = subprocess.run(words + [COMPLETION], input="".join(line + "\n" for line in lines), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True, encoding="utf-8")
    if done.stderr:
        raise AssertionError(f"{SHELL} complains: {done.stderr}")
    return answers_of(done.stdout, lines)


def help_on(*words):
    return subprocess.run([PROGRAM, "help", *words], check=True, text=True, stdout=subprocess.PIPE,
                          encoding="utf-8").stdout


def topics():
    """Every command, and every verb of a command, as the help has them."""
    found = []
    for name in re.findall(r"^  overrun (\S+)", help_on(), re.MULTILINE):
        text = help_on(name)
        verbs = re.findall(rf"^  overrun {name} (\S+)", text, re.MULTILINE) if text.startswith(
            f"overrun {name} VERB") else []
        found += [f"{name} {verb}" for verb in verbs] or [name]
    return found


def options_of(topic):
    """(name, value or None) of every option in a help."""
    return [(name, value or None) for name, value in
            re.findall(r"^  --([a-z0-9-]+)(?: (\S+))?(?=$|  )", help_on(*topic.split()), re.MULTILINE)]


def setUpModule():
    global ZSH_RUNNING
    if SHELL == "zsh":
        ZSH_RUNNING = Zsh()
        unittest.addModuleCleanup(ZSH_RUNNING.close)


class Completion(unittest.TestCase):
    def test_the_shell_takes_the_file(self):
        done = subprocess.run([SHELL, "-n", COMPLETION], stderr=subprocess.PIPE, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_every_command_is_suggested(self):
        names = {topic.split()[0] for topic in topics()}
        self.assertLessEqual(names, ask(["overrun "])["overrun "])
        self.assertGreater(len(names), 10)

    def test_every_option_of_every_command_is_suggested(self):
        lines = {f"overrun {topic} --": topic for topic in topics()}
        suggested = ask(list(lines))
        n = 0
        for line, topic in lines.items():
            options = {f"--{name}" for name, _ in options_of(topic)}
            # zsh leaves out what the line has already, and an equals sign is its suffix
            found = {one.rstrip("=") for one in suggested[line]}
            self.assertEqual(options | {"--help"}, found, topic)
            n += len(options)
        self.assertGreater(n, 300)

    def test_words_of_the_help_are_suggested_as_values(self):
        lines = {}
        for topic in topics():
            for name, value in options_of(topic):
                if value and re.fullmatch(r"[a-z0-9|-]+", value):
                    lines[f"overrun {topic} --{name} "] = set(value.split("|"))
        self.assertGreater(len(lines), 10)
        for line, suggested in ask(list(lines)).items():
            self.assertEqual(lines[line], suggested, line)

    def test_files_are_suggested_where_a_file_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("plan-a.yaml", "plan-b.yaml"):
                with open(os.path.join(folder, name), "w", encoding="utf-8"):
                    pass
            lines = [f"overrun run --plan {folder}/pl", f"overrun sweep --json {folder}/pl",
                     f"overrun check {folder}/pl"]
            for line, suggested in ask(lines).items():
                self.assertEqual({"plan-a.yaml", "plan-b.yaml"}, {os.path.basename(one) for one in suggested}, line)

    def test_interfaces_and_ports_are_suggested(self):
        lines = ["overrun watch ", "overrun ring show ", "overrun ring set ", "overrun doctor ", "overrun run --rx "]
        suggested = ask(lines)
        interfaces = set(os.listdir("/sys/class/net"))
        self.assertIn("lo", interfaces)
        for line in lines[:3]:
            self.assertLessEqual(interfaces, suggested[line], line)
        for line in lines[3:]:
            self.assertLessEqual({"wire:0", "udp:", "tcp:"} | {f"netdev:{one}" for one in interfaces}, suggested[line],
                                 line)

    def test_verbs_and_places_are_suggested(self):
        lines = ["overrun ring ", "overrun reproduce mt", "overrun help plan",
                 "overrun help ring ", "overrun help check "]
        suggested = ask(lines)
        self.assertLessEqual({"show", "set", "restore", "advise", "verify"}, suggested[lines[0]])
        self.assertEqual({"mtu"}, suggested[lines[1]])
        self.assertEqual({"plan-ring"}, suggested[lines[2]])
        self.assertEqual(suggested[lines[0]] - {"--help"}, suggested[lines[3]])
        self.assertEqual(set(), suggested[lines[4]])

    def test_nothing_is_suggested_after_two_dashes(self):
        line = "overrun run --rate 1mpps -- --"
        self.assertEqual(set(), {one for one in ask([line])[line] if one.startswith("--r")})

    @unittest.skipUnless(os.path.exists("/dev/ptmx"), "no terminals here")
    def test_a_key_completes_the_line(self):
        if SHELL == "fish":
            self.skipTest("complete -C of fish is what its key does")
        shell = Terminal(["bash", "--norc", "-i"] if SHELL == "bash" else ["zsh", "-f", "-i"])
        if SHELL == "bash":
            shell.type(f". {COMPLETION}; echo re''ady\n")
        else:
            shell.type(f"autoload -Uz compinit; compinit -u -D; . {COMPLETION} 2>/dev/null; "
                       "compdef _overrun overrun; echo re''ady\n")
        shell.wait(lambda: "ready" in shell.seen)
        for typed, wanted in (("--pat", "--path"), ("--rx wire:0,drop=1% --pat", "--path"),
                              ("--rx netdev:l", "netdev:lo"), ("--rx=netdev:l", "--rx=netdev:lo"),
                              ("--on-full=w", "--on-full=wait")):
            shell.seen = ""
            shell.type(f"\x15overrun run {typed}\t")
            shell.wait(lambda: wanted in shell.seen.replace("\r", "").replace("\n", ""), 20)
            self.assertNotIn("netdev:netdev:", shell.seen)
        shell.close()


if __name__ == "__main__":
    SHELL, PROGRAM, COMPLETION = sys.argv[1:4]
    if shutil.which(SHELL) is None:
        print(f"skip: {SHELL} is not here")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])
