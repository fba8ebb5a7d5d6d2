// What dmn-js says, in Chinese. A word that is missing shows in English, so the browser test looks for Latin letters.
export const WORDS = {
  "Add input": "增加输入列", "Add output": "增加结果列", "Add rule": "增加规则", "Add rule above": "在上面增加规则",
  "Add rule below": "在下面增加规则", "Remove rule": "删除规则", "Copy rule": "复制规则", "Cut rule": "剪切规则",
  "Paste rule above": "粘贴到上面", "Paste rule below": "粘贴到下面", "Move rule": "移动规则",
  "Add input column": "增加输入列", "Add input column left": "在左边增加输入列", "Add input column right": "在右边增加输入列",
  "Add output column": "增加结果列", "Add output column left": "在左边增加结果列", "Add output column right": "在右边增加结果列",
  "Add input left": "在左边增加输入列", "Add input right": "在右边增加输入列", "Add output left": "在左边增加结果列",
  "Add output right": "在右边增加结果列", "Remove input column": "删除输入列", "Remove output column": "删除结果列",
  "Copy input column": "复制输入列", "Copy output column": "复制结果列", "Cut input column": "剪切输入列",
  "Cut output column": "剪切结果列", "Paste input column left": "粘贴到左边", "Paste input column right": "粘贴到右边",
  "Paste output column left": "粘贴到左边", "Paste output column right": "粘贴到右边", "Copy": "复制", "Cut": "剪切",
  "Paste": "粘贴", "Remove": "删除", "Rule": "规则", "Column": "列", "Input": "输入", "Output": "结果", "Edit": "编辑",
  "Edit input": "编辑输入列", "Edit output": "编辑结果列", "When": "当", "And": "且", "Then": "则", "Annotations": "依据",
  "Annotation": "依据", "Hit policy": "命中策略", "Hit policy:": "命中策略：", "Hit Policy": "命中策略",
  "Hit Policy:": "命中策略：", "Aggregation": "汇总方式", "Unique": "唯一命中", "First": "取第一条", "Priority": "按结果优先级",
  "Any": "任一（结果一致）", "Collect": "汇集", "Collect (Sum)": "汇总求和", "Collect (Min)": "汇总取最小",
  "Collect (Max)": "汇总取最大", "Collect (Count)": "汇总计数", "Rule order": "全部（按次序）",
  "Output order": "全部（按优先级）", "Input label": "列名", "Input label: ": "列名：", "Input expression": "取哪个数据项",
  "Input expression: ": "取哪个数据项：", "Input type": "类型", "Input values": "允许值", "Output label": "列名",
  "Output label: ": "列名：", "Output name": "结果名称（程序取用）", "Output name: ": "结果名称：", "Output type": "类型",
  "Output values": "允许值（在前的优先）", "Predefined values": "允许值", "Type": "类型", "Test type": "判断方式",
  "Values": "值", "Value": "值", "No values": "没有", "Expression": "表达式", "Expression language": "表达式语言",
  "Expression Language": "表达式语言", "Enter expression": "写表达式", "Comparison": "比较", "Comparison operator": "比较符",
  "Range": "区间", "Range start value": "起", "Range end value": "止", "Range start operator": "起端是否包含",
  "Range end operator": "止端是否包含", "Include": "含端点", "Exclude": "不含端点", "Start value": "起", "End value": "止",
  "Equals": "等于", "Less": "小于", "Less or equals": "不超过", "Greater": "大于", "Greater or equals": "不低于",
  "Between": "介于", "Before": "早于", "After": "晚于", "Exactly": "正好", "Match one": "是其中之一",
  "Match none": "不是其中任何一个", "Yes": "是", "No": "否", "Set value": "填值", "Edit string": "编辑文字",
  "Edit number": "编辑数字", "Edit boolean": "编辑是否", "Edit date": "编辑日期", "Set date": "填日期", "Use today": "用今天",
  "Start date": "起日", "End date": "止日", "Date": "日期", "Date value": "日期", "String value": "文字",
  "Strings must be in double quotes": "文字要用英文双引号", "\"value\", \"value\", ...": "\"甲\", \"乙\"",
  "Set description": "写说明", "Add description": "增加说明", "Remove cell description": "删除说明", "Add cell description": "增加说明",
  "Decision name": "决策表名称", "Decision name: ": "决策表名称：", "Element name": "名称", "View DRD": "查看关系图",
  "Editing not supported for set expression language": "这种表达式语言不支持编辑", "Resize": "调整列宽",
  "e.g. { sample }": "如 { sample }", "e.g. { example } ": "如 { example } ", "string": "文字", "boolean": "是否",
  "number": "数字", "date": "日期", "integer": "整数", "Variable name": "变量名", "Variable type": "类型",
  "Literal expression": "表达式", "Feel": "FEEL", "DMN table": "决策表", "Change cell type": "改变类型", "Annotations: ": "依据：",
};

export function translate(template, replacements = {}) {
  const text = WORDS[template] ?? template;
  return text.replace(/{\s*([^}]+?)\s*}/g, (whole, key) => replacements[key] ?? whole);
}
