// dmn-js in the page's language. Nobody ships Chinese for it, so the whole dictionary is ours.
type Words = { [text: string]: string };

const ZH: Words = {
  When: '条件', Then: '结果', And: '并且', Annotation: '说明', Annotations: '说明', Input: '条件', Output: '结果', Type: '类型', Kind: '种类', Value: '值', Values: '值', Expression: '公式',
  'Hit policy': '几条都符合时', 'Hit policy:': '几条都符合时', Unique: '只许一条符合', First: '取第一条', Priority: '取最优先的', Any: '可几条，结果要相同', Collect: '全部收集', 'Collect (Sum)': '求和', 'Collect (Min)': '取最小', 'Collect (Max)': '取最大', 'Collect (Count)': '数一数', 'Rule order': '全部，按规则先后', 'Output order': '全部，按结果先后',
  'No overlap is possible and all rules are disjoint. Only a single rule can be matched': '规则之间不能重叠，只能有一条符合',
  'Rules may overlap. The first matching rule will be chosen': '规则可以重叠，取最上面符合的一条',
  'Rules may overlap. The one with the highest priority will be chosen': '规则可以重叠，取结果最优先的一条',
  'Rules may overlap. Their output have to match': '规则可以重叠，但结果要相同',
  'Collects the values of all matching rules': '收集所有符合的结果',
  'Collects the values of all matching rules and sums up to a single value': '把所有符合的结果相加',
  'Collects the values of all matching rules and uses the lowest value': '取符合的结果里最小的',
  'Collects the values of all matching rules and uses the highest value': '取符合的结果里最大的',
  'Collects the values of all matching rules and counts the number of them': '数一数符合的有几条',
  'Collects the values of all matching rules in rule order': '收集所有符合的结果，按规则先后',
  'Collects the values of all matching rules in decreasing output priority order': '收集所有符合的结果，按结果的优先次序',
  string: '文字', boolean: '是或否', number: '数字', date: '日期', time: '时间', dateTime: '日期和时间', dayTimeDuration: '时长（天、时）', yearMonthDuration: '时长（年、月）',
  'Add rule': '加一条规则', 'Add rule above': '上面加一条', 'Add rule below': '下面加一条', 'Remove rule': '删去这条规则', 'Copy rule': '复制规则', 'Cut rule': '剪下规则', 'Paste rule above': '贴在上面', 'Paste rule below': '贴在下面', 'Move rule': '移动规则',
  'Add input': '加一列条件', 'Add output': '加一列结果', 'Edit input': '改这列条件', 'Edit output': '改这列结果',
  'Add input column left': '左边加一列条件', 'Add input column right': '右边加一列条件', 'Add output column left': '左边加一列结果', 'Add output column right': '右边加一列结果', 'Remove input column': '删去这列条件', 'Remove output column': '删去这列结果',
  'Copy input column': '复制这列条件', 'Copy output column': '复制这列结果', 'Cut input column': '剪下这列条件', 'Cut output column': '剪下这列结果', 'Paste input column left': '条件贴在左边', 'Paste input column right': '条件贴在右边', 'Paste output column left': '结果贴在左边', 'Paste output column right': '结果贴在右边',
  'Input label': '列名', 'Input label: ': '列名：', 'Output label': '列名', 'Output label: ': '列名：', 'Input expression': '看哪个值', 'Input expression: ': '看哪个值：', 'Output name': '结果叫什么', 'Output name: ': '结果叫什么：', 'Input type': '条件的类型', 'Output type': '结果的类型', 'Input values': '可填的值', 'Output values': '可选值',
  'Decision name': '决策名称', 'Decision name: ': '决策名称：', 'Definition name': '文件名称', 'Definition ID': '文件编号', 'Element name': '名称', name: '名称', 'Variable name': '结果叫什么', 'Variable name:': '结果叫什么：', 'Variable type': '结果的类型', 'Variable type:': '结果的类型：',
  'Open decision table': '打开决策表', 'Open literal expression': '打开公式', 'Open boxed expression': '打开框式表达式', 'View DRD': '看决策图', 'Enter expression': '写公式', 'Literal expression': '公式', 'Literal Expression': '公式', 'Literal expression editor': '公式编辑', 'Decision table': '决策表', Empty: '空的', 'Expression language': '表达式语言', 'Expression language:': '表达式语言：', 'Expression language: {expressionLanguageLabel}': '表达式语言：{expressionLanguageLabel}', 'Change cell expression language': '换这一格的表达式语言', 'Editing not supported for set expression language': '这种语言在这里不能改',
  'Add cell description': '加注', 'Remove cell description': '删去加注', Delete: '删去', Edit: '改', 'Change type': '换一种', 'Connect to other element': '连到别处', Resize: '改大小',
  'Create decision': '画一个决策', 'Create input data': '画一个输入', 'Create knowledge model': '画一个函数', 'Create knowledge source': '画一个依据', 'Append decision': '接一个决策', 'Append input data': '接一个输入', 'Append knowledge source': '接一个依据', 'Append business knowledge model': '接一个函数', 'Add text annotation': '加批注', 'Activate lasso tool': '圈选', 'Activate hand tool': '拖动画面', 'Search in diagram': '在图里找',
  'Function kind: {kind}': '函数种类：{kind}', 'Edit function kind': '改函数种类', 'Edit formal parameters': '改参数', 'Add parameter': '加一个参数', 'Remove parameter': '删去参数',
  'Edit string': '改文字', 'Edit number': '改数字', 'Edit boolean': '改是否', 'Edit date': '改日期', 'Edit time': '改时间', 'Edit date and time': '改日期和时间', 'Edit duration': '改时长',
  'Set value': '定一个值', 'Set date': '定日期', 'Set time': '定时间', 'Set date and time': '定日期和时间', 'Set duration': '定时长', 'Use today': '用今天', 'Use now': '用现在',
  'Test type': '怎么比', Comparison: '比大小', 'Comparison operator': '怎么比', Range: '范围', Exactly: '正好是', Before: '早于', After: '晚于', Between: '在两者之间', Equals: '等于', Less: '小于', 'Less or equals': '不大于', Greater: '大于', 'Greater or equals': '不小于', Include: '含', Exclude: '不含',
  'Start value': '从', 'End value': '到', 'Range start value': '从', 'Range end value': '到', 'Range start operator': '含不含起点', 'Range end operator': '含不含终点', 'Start date': '开始日期', 'End date': '结束日期', 'Start time': '开始时间', 'End time': '结束时间', 'Start date and time': '开始日期和时间', 'End date and time': '结束日期和时间', 'Edit start date': '改开始日期', 'Edit end date': '改结束日期', 'Edit start time': '改开始时间', 'Edit end time': '改结束时间', 'Edit start date and time': '改开始日期和时间', 'Edit end date and time': '改结束日期和时间',
  Date: '日期', Time: '时间', 'Date and time': '日期和时间', 'Date value': '日期', 'Time value': '时间', 'Date and time value': '日期和时间', 'Duration value': '时长', 'String value': '文字', 'Boolean value': '是或否', Yes: '是', No: '否', 'No values': '还没有值', 'Match one': '是其中一个', 'Match none': '都不是',
  'Predefined values': '可选值', 'Add predefined values': '加可选值', 'Clear predefined values': '清掉可选值', 'Custom values': '另写的值', 'Add values': '加值', 'Strings must be in double quotes': '文字要加英文双引号', '"value"': '"值"', '"value", "value", ...': '"值", "值" ……',
  'e.g. { sample }': '比如 { sample }', 'e.g. { example } ': '比如 { example }',
  'Date must match pattern yyyy-MM-dd': '日期写成 2026-01-31', 'Time must match pattern hh:mm:ss[time zone]': '时间写成 08:30:00', 'Date and time must match pattern yyyy-MM-ddTHH:mm:ss[time zone]': '日期和时间写成 2026-01-31T08:30:00',
  'Must match PnYnM': '写成 P1Y2M', 'Must match PnDTnH': '写成 P3DT4H',
  FEEL: 'FEEL', Java: 'Java', PMML: 'PMML', '-': '-',
};

/** Texts the drawing asked for that the dictionary does not have; kept where a test can read it. */
const missing = new Set<string>();

export function translation(language: 'zh' | 'en'): { translate: ['value', (text: string, facts?: Words) => string] } {
  const words = language === 'zh' ? ZH : {};
  (window as unknown as { untranslated: Set<string> }).untranslated = missing;
  return {
    translate: [
      'value',
      (text, facts = {}) => {
        if (language === 'zh' && text && words[text] === undefined && /[A-Za-z]{2}/.test(text)) missing.add(text);
        return (words[text] ?? text).replace(/\{\s*(\w+)\s*\}/g, (hit, name: string) => facts[name] ?? hit);
      },
    ],
  };
}
