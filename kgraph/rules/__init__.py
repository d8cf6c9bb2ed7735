"""Rules that a repository keeps, and the places where it does not.

Input: files of rules (`.toml`: the short form, `.rq`: queries, `.ttl`: SHACL shapes) or folders of them, and a graph.
Output: a report, which `writers` gives as text, JSON, SARIF or JUnit XML.
"""

from kgraph.rules.checking import LANGUAGES, check, load
from kgraph.rules.violations import Check, Report, Rule, RuleSource, Severity, Violation
from kgraph.rules.writers import WRITERS

__all__ = ["LANGUAGES", "WRITERS", "Check", "Report", "Rule", "RuleSource", "Severity", "Violation", "check", "load"]
