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
    "scoreboard": (
        "在一个模拟辖区上对照真值评分；各方法的公开评测见 yihu board",
        "score one simulated district against its planted truth; the public board of all methods is yihu board",
    ),
    "rejects": (
        "导出某批次被拒的行，改正后可再次采集",
        "export a batch's rejected rows, to correct and gather again",
    ),
    "resubmit": (
        "再报送改好的退回行（用该批次留存的映射）",
        "send mended rejected rows again, by the mapping their batch kept",
    ),
    "duplicates": (
        "列出某批次的重复行：哪一行与哪一行重复",
        "list a batch's duplicate rows: which repeats which",
    ),
    "duplicates_found": (
        "{count} 行重复，其中 {differing} 行只有关键列相同",
        "{count} duplicate rows, {differing} of them equal in key columns only",
    ),
    "demonstration": (
        "数据是模拟辖区：先在其上训练几个模型（只做一次），供演示账号查看",
        "the data are a simulated district: train models on it first (once) for the accounts of the demonstration",
    ),
    "serve": ("启动工作台与后台任务", "start the workbench and its worker"),
    "stop": ("停止工作台、后台任务与内置数据库", "stop the workbench, its worker and the embedded database"),
    "doctor": ("检查运行条件，说明缺什么", "check what is needed and say what is missing"),
    "merge": ("认定两户为同一户", "judge two households to be one"),
    "unmerge": ("撤销一次归并认定", "take a judgement of merging back"),
    "snapshots": ("列出快照", "list the snapshots"),
    "org": ("机构人员：批量导入，生成演示文件", "the organisation: import from files, make such files"),
    "org_import": (
        "从文件导入机关、岗位、人员及任职（CSV 或 Excel）",
        "import offices, posts, people and their appointments (CSV or Excel)",
    ),
    "org_simulate": ("生成一套演示用的机关、岗位、人员文件", "make files of offices, posts and people"),
    "matters": ("事项：核对事项包，画出流程", "matters: check bundles, draw their processes"),
    "matters_check": ("核对事项包目录", "check folders that hold a bundle"),
    "matters_play": ("同时试办用例，不留数据", "also play the cases; nothing stays"),
    "matters_load": (
        "装入事项包：随程序的直接施行，其余成为草稿",
        "take bundles in: shipped ones are in force, others are drafts",
    ),
    "matters_list": ("列出施行中的事项", "list the matters in force"),
    "matters_columns": ("事项|结果|版次", "matter|result|edition"),
    "matters_list_columns": ("事项|名称|版次|施行日|摘要", "matter|name|edition|from|digest"),
    "matters_new": ("新装入", "new"),
    "matters_there": ("已有", "there"),
    "matters_refused": ("被拒", "refused"),
    "matters_layout": ("为流程文件重新排版画图", "draw the picture of each process anew"),
    "matters_sound": ("{folder}：合格", "{folder}: sound"),
    "matters_faulty": ("{folder}：有 {n} 个问题", "{folder}: {n} problems"),
    "dry_run": ("只核对，不写入", "check only, write nothing"),
    "confirmed": (
        "任职即时生效，仅限首次安装；否则等待安全管理员确认",
        "appointments take effect at once, for a first installation; else they wait for a security administrator",
    ),
    "problems_file": ("把全部问题写入此 CSV", "write every problem to this CSV file"),
    "org_columns": ("读取|新建|更新|任职|未导入", "read|made|changed|appointed|rejected"),
    "more_problems": ("另有 {n} 个问题，用 --problems 写入文件", "{n} more problems; use --problems to write them all"),
    "org_waiting": ("{n} 项任职等待安全管理员确认", "{n} appointments wait for a security administrator"),
    "was_dry_run": ("以上为试运行结果，没有写入任何数据", "this was a dry run; nothing was written"),
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
    "adversary": (
        "rules：虚开的多数人读过公布的规则，设法不触及门槛",
        "rules: most issuers have read the published rules and stay below their thresholds",
    ),
    "list_schemes": ("列出可植入的手段及其正常的相似者", "list the schemes it plants and their honest doubles"),
    "out_missing": ("请用 --out 指定写入的目录", "say with --out where to write"),
    "scheme_columns": (
        "代码|手段|占比|怎么做|谁看起来一样却是正常的",
        "code|scheme|share|what they do|who looks the same",
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
    "as_of": (
        "构建某一过去日期的快照（可多次给出），不影响当前快照",
        "build the snapshot of a past day (may be repeated); the current one stays",
    ),
    "capacity": (
        "一个机关一天能看多少户：用于计算发现天数",
        "households an office can look at: for the detection lag",
    ),
    "bad_day": ("日期应写成 2025-06-30：{text}", "a day is written 2025-06-30: {text}"),
    "usage": (
        "命令用法不对：{message}。用 yihu 命令名 --help 查看写法",
        "wrong usage: {message}. See yihu COMMAND --help",
    ),
    "interrupted": ("已中断", "interrupted"),
    "bad_amount": ("--min-amount 应为金额，如 10000 或 10000.50：{text}", "--min-amount must be an amount: {text}"),
    "codes": (
        "代码标准：导入代码表、查代码、校验号码",
        "code standards: import tables, look codes up, check numbers",
    ),
    "codes_import": (
        "把官方代码表的文件导入为草稿版本，由另一人在网页审核发布",
        "import files of an official table as a draft, which another person publishes in the browser",
    ),
    "codes_list": ("列出代码表", "list the code tables"),
    "codes_show": ("查一个代码在某日的名称、上级与下级", "one code on a day: name, what is above and below it"),
    "codes_check": (
        "校验统一社会信用代码与公民身份号码，说明错在哪里",
        "check credit codes and identity numbers, saying what is wrong",
    ),
    "imported": (
        "{name}：读取 {read} 行，采纳 {entries} 个代码，退回 {rejected} 行。草稿已保存，请审核人在“代码标准”发布",
        "{name}: {read} rows read, {entries} codes taken, {rejected} rows refused; stored as a draft for review",
    ),
    "import_unchanged": ("{name}：这些文件已导入过，没有变化", "{name}: these files were imported before"),
    "valid": ("正确", "valid"),
    "doubtful": ("存疑", "doubtful"),
    "invalid": ("错误", "invalid"),
    "audit": ("核验、导出、见证操作日志", "verify, export and witness the log"),
    "audit_key": ("日志公钥（文本或文件）", "the log's public key, as text or a file"),
    "audit_verify": (
        "核验日志：数据库中的，或 --from 导出目录（不需要数据库）",
        "verify the log: in the database, or an exported directory with --from (no database needed)",
    ),
    "audit_export": ("导出一段日志及其证明", "export a stretch of the log with its proof"),
    "audit_with_personal": ("同时给出个人信息（默认不含）", "include personal data (left out otherwise)"),
    "audit_witness": (
        "作为独立见证方：核对日志只增不改后联署，发现回退或分叉即拒绝",
        "be an independent witness: cosign what continues, refuse a roll-back or a fork",
    ),
    "audit_source": ("工作台地址，或完整导出的目录", "address of the workbench, or a directory with a whole export"),
    "audit_verify_receipt": ("核验一张回执（不需要数据库）", "check a receipt (no database needed)"),
    "audit_rotate_key": ("更换日志签名密钥，旧钥为新钥签名", "put a new signing key in force, named by the old one"),
    "audit_lost": ("旧密钥已丢失", "the old key is gone"),
    "audit_refused": ("拒绝联署：{reason}", "refused: {reason}"),
    "audit_cosigned": (
        "已联署 {size} 条记录的检查点。本见证方公钥：{own}",
        "cosigned the head of {size} records. Own key: {own}",
    ),
    "audit_bad_receipt": ("回执不成立：{reason}", "the receipt does not hold: {reason}"),
    "audit_good_receipt": (
        "回执成立：日志第 {n} 号，包含于 {size} 条记录的已签署检查点",
        "the receipt holds: place {n}, within the signed head of {size} records",
    ),
    "audit_size": (
        "{at} 共 {size} 条记录，对照外部检查点 {heads} 个",
        "{at}: {size} records, {heads} outside heads compared",
    ),
    "audit_not_compared": (
        "没有与导出同样大小的见证检查点，未能对照见证方",
        "no witnessed head of the export's size: the witness was not compared",
    ),
    "audit_sound": ("全部一致，没有发现改动", "all agree; nothing was altered"),
    "audit_columns": ("问题|起始序号|终止序号|记录号|说明", "fault|first|last|record|note"),
    "fault_changed": ("内容被改", "changed"),
    "fault_missing": ("缺失", "missing"),
    "fault_inserted": ("插入", "inserted"),
    "fault_reordered": ("顺序被改", "reordered"),
    "fault_truncated": ("末尾被截", "truncated"),
    "fault_rolled-back": ("整体被退回", "rolled back"),
    "fault_rewritten": ("与见证不符", "rewritten"),
    "fault_hash-changed": ("哈希被改", "stored hash changed"),
    "fault_head-forged": ("检查点不可信", "head not to be trusted"),
    "learn": ("学习：训练模型，查看、评分、解释、监测", "learned models: train, look, score, explain, watch"),
    "learn_train": (
        "由过去日期的快照与其后的检查结果训练一个模型",
        "train a model from snapshots of past days and the inspections that followed",
    ),
    "learn_list": ("列出模型", "list the models"),
    "learn_show": ("查看模型说明卡", "show a model's card"),
    "learn_score": ("用某个模型给一个快照的全部户评分", "score every household of a snapshot with a model"),
    "learn_explain": (
        "说明某户为何得此概率，以及什么改变会使它降低",
        "why a household got its probability, and what would lower it",
    ),
    "learn_drift": (
        "对照训练时的分布，看指标与概率是否漂移，其后的检查是否应验",
        "whether figures and probabilities moved since training, and whether they came true",
    ),
    "learn_as_of": (
        "用哪些过去日期的快照学习（可多次给出，没有就构建）；不给出则用已有的全部",
        "days whose snapshots to learn from (may be repeated, built where missing); all that are kept otherwise",
    ),
    "learn_until": (
        "检查结果知晓到哪一天，默认到最后一次结案",
        "the last day of known outcomes; the last closing otherwise",
    ),
    "learn_capacity": ("一个机关能检查多少户，决定预警线", "households an office can inspect; sets the threshold"),
    "learn_snapshot": ("快照号，默认当前快照", "a snapshot's id; the current one otherwise"),
    "learn_scoring": ("评分", "scoring"),
    "learn_card": (
        "模型 {model}：数据至 {as_of}，{features} 项指标，检查过 {inspected} 户（查实 {confirmed}，排除 {cleared}），"
        "未检查 {unlabelled} 户",
        "model {model}: figures of {as_of}, {features} features, {inspected} inspected ({confirmed} confirmed, "
        "{cleared} cleared), {unlabelled} not inspected",
    ),
    "learn_head": ("查实 {n} 户", "{n} confirmed"),
    "learn_amounts": (
        "查实时补多少，从 {n} 件学得，平均 {mean} 元；"
        "前 {capacity} 户追到的：按预计查补 {reached}，按概率 {by_probability}",
        "amounts, learned from {n} cases of {mean} yuan on average; within {capacity} households reached: {reached} by "
        "expected amount, {by_probability} by probability",
    ),
    "learn_size": ("规模", "size"),
    "learn_region": ("地区", "region"),
    "learn_industry": ("行业", "industry"),
    "learn_out_of_household": ("户外", "other households"),
    "learn_out_of_time": ("时间外", "later"),
    "learn_since_training": ("训练之后", "since training"),
    "learn_told": ("{household}：检查后被查实的概率 {probability}", "{household}: {probability} to be confirmed"),
    "learn_champion": ("在用", "in force"),
    "learn_challenger": ("影子", "shadow"),
    "learn_CALM": ("平稳", "calm"),
    "learn_MOVED": ("有移动", "moved"),
    "learn_CHANGED": ("已改变", "changed"),
    "board": (
        "公开评测：在没有见过的模拟辖区上比较本系统与各种方法，写入 scoreboard/board.json；不给 --work 只显示现有的",
        "the public board: our method and its rivals on unseen simulated districts, into scoreboard/board.json; "
        "without --work the board that is there",
    ),
    "board_work": (
        "放置模拟辖区的目录，已做好的不重做；给出才会重新评测",
        "directory for the districts; those that are there are used again; without it nothing is made",
    ),
    "board_teach": ("教学辖区的种子（可多次给出）", "seeds of the districts that teach (may be repeated)"),
    "board_test": ("检验辖区的种子（可多次给出）", "seeds of the districts judged on (may be repeated)"),
    "board_day": ("除期末外还观察哪些日期（可多次给出）", "days observed besides the last (may be repeated)"),
    "board_markdown": ("把结果表写入此文件", "write the tables to this file"),
    "board_own": (
        "本系统自己跑的成绩榜，{made_at}，程序 {code_version}；重新做：{command}",
        "made in this home, {made_at}, version {code_version}; to make it anew: {command}",
    ),
    "board_shipped": (
        "随程序附的成绩榜，{made_at}，程序 {code_version}；本系统自己还没有跑过，重新做：{command}",
        "the board that came with the program, {made_at}, version {code_version}; this home has none; to make "
        "it anew: {command}",
    ),
    "board_demand": (
        "本模型 {ours}，最好的单条规则（{best_rule_zh}）{best_rule_average_precision}，{ratio} 倍；"
        "原始汇总上的提升树 {boosted_raw}",
        "ours {ours}, best single rule {best_rule} {best_rule_average_precision}, ratio {ratio}; boosted trees on raw "
        "aggregates {boosted_raw}",
    ),
    "unexpected": ("未预料的错误：{error}（E-CLI-1）", "unexpected error: {error} (E-CLI-1)"),
}

HEADINGS: Final[dict[str, tuple[str, str]]] = {
    "table": ("表", "table"),
    "read": ("读取", "read"),
    "accepted": ("接受", "accepted"),
    "rejected": ("拒绝", "rejected"),
    "duplicate": ("重复", "duplicate"),
    "flag": ("标记", "flag"),
    "rows": ("行数", "rows"),
    "snapshot": ("快照", "snapshot"),
    "current": ("当前", "current"),
    "households": ("户数", "households"),
    "as_of": ("数据至", "as of"),
    "built_at": ("构建时间", "built at"),
    "number": ("识别号", "number"),
    "party": ("往来户", "counterparty"),
    "side": ("方向", "side"),
    "amount": ("金额", "amount"),
    "count": ("份数", "invoices"),
    "time": ("时间", "time"),
    "event": ("事项", "event"),
    "seller": ("销方", "seller"),
    "buyer": ("购方", "buyer"),
    "first": ("首次", "first"),
    "last": ("末次", "last"),
    "household": ("户", "household"),
    "name": ("名称", "name"),
    "score": ("分值", "score"),
    "level": ("等级", "level"),
    "reasons": ("理由", "reasons"),
    "scheme": ("手法", "scheme"),
    "positives": ("户数", "positives"),
    "base_rate": ("基准率", "base rate"),
    "average_precision": ("平均精度", "average precision"),
    "lift": ("提升", "lift"),
    "lag": ("发现天数", "lag in days"),
    "method": ("方法", "method"),
    "model": ("模型", "model"),
    "state": ("状态", "state"),
    "inspected": ("检查户数", "inspected"),
    "figure": ("指标", "figure"),
    "psi": ("稳定性指数", "PSI"),
    "missing_before": ("训练时缺失率", "missing then"),
    "missing_now": ("现在缺失率", "missing now"),
    "verdict": ("判断", "verdict"),
    "dimension": ("维度", "dimension"),
    "group": ("分组", "group"),
    "flagged_share": ("预警率", "flagged"),
    "precision": ("预警准确率", "precision"),
    "false_positive_rate": ("误报率", "false positives"),
    "split": ("检验", "test"),
    "precision_at_capacity": ("能力内准确率", "precision at capacity"),
    "recall_by_amount": ("能力内追到的金额", "tax at stake reached"),
    "calibration_error": ("校准误差", "calibration error"),
    "file": ("源文件", "file"),
    "row": ("行", "row"),
    "first_batch": ("先见于批次", "first in batch"),
    "differs": ("有差异", "differs"),
}


def titles(*keys: str) -> list[str]:
    """Column titles in the reader's language."""
    return [HEADINGS[key][0 if is_chinese() else 1] for key in keys]


def is_chinese() -> bool:
    """Chinese unless the locale names another language; a bare C locale counts as Chinese."""
    value = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    language = value.split(".")[0].split("_")[0].lower()
    return language in {"", "c", "posix", "zh"}


def say(key: str, **values: object) -> str:
    """The sentence for `key` in the reader's language."""
    return WORDS[key][0 if is_chinese() else 1].format(**values)
