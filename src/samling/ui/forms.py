"""Forms as Designsystemet draws them; `{{ form }}` in any room gives its fields and its errors.

A whole form, with its button, is the component "ui/components/form.html".
"""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """The renderer of every form (`FORM_RENDERER`)."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
