"""Why somebody looks."""

from typing import Any

from django import forms

from yihu.hub.registers.snapshots.choices import PURPOSES

SHORTEST_PURPOSE = 4


class PurposeForm(forms.Form):
    """Why: a quick choice, own words, or both."""

    choice = forms.ChoiceField(choices=[(words, words) for words in PURPOSES], required=False)
    text = forms.CharField(max_length=200, strip=True, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("choice") and len(given.get("text", "")) < SHORTEST_PURPOSE:
            raise forms.ValidationError("请写明事由")
        return given

    def purpose(self) -> str:
        """What goes into the record."""
        return "：".join(part for part in (self.cleaned_data["choice"], self.cleaned_data["text"]) if part)
