"""What the command line says, in the reader's language."""

import os
from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "app": (
        "一户：开放的一户式智慧税务平台",
        "Yihu: an open smart-tax platform around the one-household view",
    ),
    "json": ("在标准输出上只打印一个 JSON 值", "print exactly one JSON value on standard output"),
    "simulate": ("生成一个带真值的模拟辖区", "make a simulated district with its planted truth"),
    "gather": ("采集一个目录的源数据为一个批次", "gather a directory of source data as one batch"),
    "build": ("由全部批次构建并发布快照", "build a snapshot from all batches and publish it"),
    "household": ("查看一户（户号或任一识别号）", "show one household (its id or any registration number)"),
    "trace": ("沿发票链上溯下追", "trace the invoice chain up and down"),
    "worklist": ("按风险排序的清单", "the list ranked by risk"),
    "scoreboard": ("对照真值评分", "score against the planted truth"),
    "rejects": (
        "导出某批次被拒的行，改正后可再次采集",
        "export a batch's rejected rows, to correct and gather again",
    ),
    "serve": ("启动工作台与后台任务", "start the workbench and its worker"),
    "stop": ("停止工作台、后台任务与内置数据库", "stop the workbench, its worker and the embedded database"),
    "doctor": ("检查运行条件，说明缺什么", "check what is needed and say what is missing"),
    "merge": ("认定两户为同一户", "judge two households to be one"),
    "unmerge": ("撤销一次归并认定", "take a judgement of merging back"),
    "snapshots": ("列出快照", "list the snapshots"),
    "not_found": ("没有找到：{what}", "not found: {what}"),
    "gathered": (
        "批次 {batch}：读取 {read} 行，接受 {accepted}，拒绝 {rejected}，重复 {duplicate}",
        "batch {batch}: {read} rows read, {accepted} accepted, {rejected} rejected, {duplicate} duplicate",
    ),
    "unchanged": (
        "这些文件已在批次 {batch} 中，没有变化",
        "these files are already in batch {batch}; nothing changed",
    ),
    "refused": (
        "未采集 {file}：{message}（{code}）。{fix}",
        "not gathered {file}: {message} ({code}). {fix}",
    ),
    "built": (
        "快照 {snapshot}：{households} 户，用时 {seconds} 秒",
        "snapshot {snapshot}: {households} households in {seconds} s",
    ),
    "made": ("已写入 {out}", "written to {out}"),
    "resolution": (
        "主体归并：准确率 {precision:.4f}，召回率 {recall:.4f}，F1 {f1:.4f}",
        "resolution: precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}",
    ),
    "all_well": ("一切就绪", "all is well"),
    "missing": ("有 {n} 项需要处理", "{n} things need attention"),
    "trace_summary": ("{nodes} 户，{edges} 条交易关系", "{nodes} households, {edges} trading ties"),
    "truncated": ("以下大户未展开：{names}", "not expanded because of their size: {names}"),
    "merged": (
        "已记录认定 {id}，下次构建后生效",
        "recorded as judgement {id}; it takes effect with the next build",
    ),
    "unexpected": ("未预料的错误：{error}（E-CLI-1）", "unexpected error: {error} (E-CLI-1)"),
}


def is_chinese() -> bool:
    """Chinese unless the locale names another language; a bare C locale counts as Chinese."""
    value = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    language = value.split(".")[0].split("_")[0].lower()
    return language in {"", "c", "posix", "zh"}


def say(key: str, **values: object) -> str:
    """The sentence for `key` in the reader's language."""
    return WORDS[key][0 if is_chinese() else 1].format(**values)
