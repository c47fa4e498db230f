"""A preview in words: what is new, changed, closed, or to be mended first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from samling.organisations.actions.importing.plan import Does, Finding, Plan, Step
from samling.organisations.choices import FileKind
from samling.ui import components as ui


def preview_parts(kind: str, plan: Plan, shown: Sequence[Any]) -> dict[str, Any]:
    """The preview's summary and the table of its page."""
    if plan.findings:
        return {"summary": (), "table": findings_table(shown)}
    return {"summary": summary(kind, plan), "table": steps_table(kind, shown)}


def does_label(kind: str, does: Does) -> str:
    """What a step does, in a word: units are closed, memberships end."""
    return {
        Does.NEW: _("Ny"),
        Does.CHANGED: _("Ändras"),
        Does.SAME: _("Oförändrad"),
        Does.CLOSED: _("Stängs") if kind == FileKind.UNITS else _("Avslutas"),
    }[does]


def summary(kind: str, plan: Plan) -> tuple[ui.KeyFigure, ...]:
    """How many of each."""
    labels = {
        Does.NEW: _("Nya"),
        Does.CHANGED: _("Ändras"),
        Does.CLOSED: does_label(kind, Does.CLOSED),
        Does.SAME: _("Oförändrade"),
    }
    return tuple(ui.KeyFigure(label, str(plan.count(does))) for does, label in labels.items())


def steps_table(kind: str, steps: Sequence[Step]) -> ui.Table:
    """What is done, one row for each."""
    return ui.Table(
        key="andringar",
        caption=_("Det här ändras"),
        caption_hidden=True,
        columns=ui.text_columns(_("Vad"), _("Rad i filen"), _("Händer"), _("Före och efter")),
        rows=tuple(
            ui.Row(
                step.name,
                (
                    ui.Cell(str(step.row) if step.row else "–"),
                    ui.Cell(does_label(kind, step.does)),
                    ui.Cell(in_words(step)),
                ),
            )
            for step in steps
        ),
    )


def in_words(step: Step) -> str:
    """A step's differences and what follows of it."""
    parts = []
    for difference in step.differences:
        if not difference.after:
            text = _("%(field)s: %(before)s tas bort")
        elif difference.before:
            text = _("%(field)s: från %(before)s till %(after)s")
        else:
            text = _("%(field)s: %(after)s")
        parts.append(
            text
            % {
                "field": difference.label,
                "before": difference.before,
                "after": difference.after,
            }
        )
    joined = "; ".join(parts)
    return f"{joined}. {step.consequence}".lstrip(". ") if step.consequence else joined


def findings_table(findings: Sequence[Finding]) -> ui.Table:
    """What is to be mended, one row for each."""
    return ui.Table(
        key="fel",
        caption=_("Det här ska rättas"),
        caption_hidden=True,
        columns=ui.text_columns(_("Rad och kolumn"), _("Fel"), _("Gör så här")),
        rows=tuple(
            ui.Row(
                _place(finding),
                (ui.Cell(finding.text), ui.Cell(finding.mend)),
            )
            for finding in findings
        ),
    )


def _place(finding: Finding) -> str:
    if not finding.row:
        return finding.column
    return _("Rad %(row)s, %(column)s") % {"row": finding.row, "column": finding.column}
