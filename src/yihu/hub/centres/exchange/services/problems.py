"""Refusals of the exchange: a stable code each, what is wrong, and what to do about it."""

from dataclasses import dataclass

from yihu.hub.base.errors import UnableTo


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem (RFC 9457): `title` and `advice` are Chinese."""

    code: str
    status: int
    title: str
    advice: str


KINDS = (
    Kind("EXC-001", 401, "请求没有签名", "按接口说明加上 Content-Digest、Signature-Input、Signature 三个请求头。"),
    Kind("EXC-002", 401, "签名头格式不对", "按接口说明的固定写法签名，参数恰为 created、keyid、alg、nonce。"),
    Kind("EXC-003", 401, "没有这个密钥", "核对 keyid；密钥已更换的，请用新密钥。"),
    Kind("EXC-004", 401, "时间相差过大", "校准服务器时钟，created 与标准时间相差不得超过 300 秒。"),
    Kind("EXC-005", 401, "内容与摘要不符", "摘要须对实际发出的请求体计算，中途不要改写。"),
    Kind("EXC-006", 401, "签名不对", "按接口说明核对签名原文；签名算法须与登记的密钥种类一致。"),
    Kind("EXC-007", 401, "密钥已失效", "向对方安全管理员申请新密钥。"),
    Kind("EXC-008", 403, "系统没有启用", "联系对方安全管理员：系统尚未启用、已停用或不在有效期内。"),
    Kind("EXC-009", 403, "来源地址不在登记范围", "从登记的地址调用，或申请变更登记。"),
    Kind("EXC-010", 403, "没有这项操作的授权", "申请变更登记，增加所需的操作。"),
    Kind("EXC-011", 401, "重复的请求", "每次请求（包括重试）都要换新的 nonce 和 created 后重新签名。"),
    Kind("EXC-012", 429, "超过配额", "按 Retry-After 的秒数等待后重试；经常超额的，改用批量接口或申请提高配额。"),
    Kind("EXC-020", 422, "内容不符合格式", "按 errors 所列字段改正后重发。"),
    Kind("EXC-023", 422, "条目不能收", "按 errors 逐条改正后重发；条目已留作退件，原因消除后也可由我方补收。"),
    Kind("EXC-021", 400, "请求体不是合法的 JSON", "请求体须为 UTF-8 编码的 JSON，Content-Type 为 application/json。"),
    Kind("EXC-022", 413, "请求体过大", "减少每批条数后重发。"),
    Kind("EXC-030", 404, "没有找到", "核对地址和标识。"),
    Kind("EXC-031", 405, "不支持这种方法", "按接口说明使用规定的方法。"),
    Kind("EXC-050", 500, "系统出了差错", "稍后重试；仍不成功的，把追踪号告诉对方运维人员。"),
    Kind("EXC-051", 503, "暂停受理", "系统日志正在恢复，请稍后重试。"),
)  # fmt: skip
BY_CODE = {kind.code: kind for kind in KINDS}


class RefusedError(UnableTo):
    """
    A request is not answered.

    :ivar field: the header or field it is about, "" for the whole
    :ivar retry_after: seconds to wait, 0 when waiting does not help
    :ivar errors: what is wrong with parts of the request, as the answer lists them
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        field: str = "",
        retry_after: int = 0,
        errors: list[dict[str, str]] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = BY_CODE[code]
        self.code, self.detail, self.field, self.retry_after = code, detail, field, retry_after
        self.errors = errors or []


class UnableToExchangeError(UnableTo):
    """A verb of the exchange's keeping was refused; the text is what the reader sees."""
