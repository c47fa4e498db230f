"""Forms as they are drawn: each choice a button with its own label."""

import pytest
from django import forms
from django.test.html import parse_html

from ui.reading import all_of, attribute, classes, text

CHOICES = [("ja", "Ja, gärna"), ("nej", "Nej"), ("<b>", "<b>Kanske</b>")]


class Answer(forms.Form):
    one = forms.ChoiceField(label="En", choices=CHOICES, widget=forms.RadioSelect)
    many = forms.MultipleChoiceField(
        label="Flera", choices=CHOICES, widget=forms.CheckboxSelectMultiple, required=False
    )


def drawn(form, name):
    page = parse_html(form[name].as_field_group())
    [fieldset] = all_of(page, "fieldset")
    return fieldset


@pytest.mark.parametrize(("name", "kind"), [("one", "radio"), ("many", "checkbox")])
def test_choices_are_buttons_with_labels(name, kind):
    fieldset = drawn(Answer(), name)
    buttons = all_of(fieldset, "input")
    assert [(attribute(b, "type"), classes(b)) for b in buttons] == [(kind, ["ds-input"])] * 3
    labels = all_of(fieldset, "label")
    assert [attribute(label, "for") for label in labels] == [attribute(b, "id") for b in buttons]
    assert [text(label) for label in labels] == ["Ja, gärna", "Nej", "<b>Kanske</b>"]
    # Only the buttons are drawn as fields: not what is around them.
    assert [found.name for found in all_of(fieldset, css="ds-input")] == ["input"] * 3


def test_what_was_chosen_stays_and_the_summary_leads_to_the_choices():
    form = Answer({"many": ["nej"]})
    assert not form.is_valid()
    buttons = all_of(drawn(form, "many"), "input")
    assert [("checked", None) in button.attributes for button in buttons] == [False, True, False]
    [link] = all_of(parse_html(str(form)), "a")
    assert attribute(link, "href") == f"#{attribute(drawn(form, 'one'), 'id')}"
