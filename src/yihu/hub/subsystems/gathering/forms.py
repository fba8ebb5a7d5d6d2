"""The form that starts gathering."""

from django import forms
from django.core.validators import FileExtensionValidator

MAX_UPLOAD_BYTES = 50 << 20


class GatherForm(forms.Form):
    """An entry of the inbox, and a mapping unless the entry is in the canonical layout."""

    source = forms.CharField(max_length=300, error_messages={"required": "请选择要采集的目录或文件"})
    mapping = forms.CharField(max_length=300, required=False)


class ResubmitForm(forms.Form):
    """A rejects file that was mended."""

    file = forms.FileField(
        label="改好的文件",
        validators=[FileExtensionValidator(["csv", "xlsx"], "只接受下载得到的 CSV 或 Excel（.xlsx）文件")],
        error_messages={"required": "请选择改好的文件", "empty": "文件是空的，请核对是否存盘"},
    )

    def clean_file(self) -> forms.FileField:
        """Refuse what no sheet of rejected rows would weigh."""
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD_BYTES:
            raise forms.ValidationError(f"文件超过 {MAX_UPLOAD_BYTES >> 20} MB，请分成几份，或用命令行 yihu resubmit")
        return file
