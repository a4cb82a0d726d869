# SPDX-License-Identifier: BSD-3-Clause
"""Who comes when? Contenders take turns, round by round, so that what the machine does meets all of them."""

import sys

import proc
import stats


class CaseResult:
    """What a case gave."""

    def __init__(self, case, n_rounds):
        self.case = case
        self.n_rounds = n_rounds
        self.values = {}    # row -> figure -> one value per round, None where there is none
        self.skipped = {}   # contender -> reason
        self.failures = {}  # contender -> the last failure
        self.n_failed = {}

    def add(self, n_round, rows):
        """The rows of one contender in a round."""
        for row, figures in rows.items():
            for figure, value in figures.items():
                values = self.values.setdefault(row, {}).setdefault(figure, [])
                values.extend([None] * (n_round - len(values)))
                values.append(value)

    def fill(self):
        """Rounds that failed at the end are empty, too."""
        for figures in self.values.values():
            for values in figures.values():
                values.extend([None] * (self.n_rounds - len(values)))

    def fail(self, contender, reason):
        """A round that did not end as it should."""
        self.failures[contender] = reason
        self.n_failed[contender] = self.n_failed.get(contender, 0) + 1

    def summaries(self):
        """row -> figure -> summary over the rounds."""
        found = {row: {figure: stats.summary(values) for figure, values in figures.items()}
                 for row, figures in self.values.items()}
        return {row: {figure: summary for figure, summary in figures.items() if summary}
                for row, figures in found.items()}

    def ratios(self):
        """The ratios that the case forms, as far as both sides took part: (figure, over, under, summary)."""
        for figure, over, under in self.case.ratios:
            pairs = stats.paired_ratios(self.values.get(over, {}).get(figure, []),
                                        self.values.get(under, {}).get(figure, []))
            if pairs:
                yield figure, over, under, stats.summary(pairs)

    def conclusions(self):
        """Sentences."""
        rows = self.summaries()
        found = self.case.conclude(rows) if self.case.conclude else []
        return found + [
            f"Unrest: '{row}', which is always the same work, moved by a factor of {over:.1f} between rounds."
            for row, over in stats.unrest({row: rows[row] for row in rows if row.startswith("floor")})]


def run_case(case, run):
    """All rounds of a case."""
    result = CaseResult(case, run.n_rounds)
    taking_part = []
    for contender in case.contenders:
        reason = contender.missing(run)
        if reason:
            result.skipped[contender.name] = reason
        else:
            taking_part.append(contender)
    for n_round in range(run.n_rounds):
        for contender in taking_part:
            if n_round > 0 and contender.is_same_every_round:
                continue
            run.say(f"{case.name}: round {n_round + 1} of {run.n_rounds}: {contender.name}")
            try:
                result.add(n_round, contender.measure(run))
            except (proc.Failed, OSError, ValueError, KeyError) as failure:
                result.fail(contender.name, str(failure))
                print(f"bench: {case.name}: {contender.name}: {failure}", file=sys.stderr)
    result.fill()
    return result
