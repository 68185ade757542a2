"""The linter of the clinic's texts: what `faqbot check` runs.

`read_base` reads every content file with its line numbers and goes on past a broken one; each
rule of `knowledge.check.rules.RULES` looks at that base; `check` returns the findings.
"""

from knowledge.check.finding import Finding
from knowledge.check.run import Report, check

__all__ = ["Finding", "Report", "check"]
