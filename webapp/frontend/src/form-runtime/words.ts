// The few words scripts say themselves; everything else comes printed from the server.

const english = document.documentElement.lang.startsWith('en');

export const words = {
  choose: english ? 'Choose' : '请选择',
  searchIn: (count: number): string => (english ? `Search ${count} options` : `在 ${count} 项里找`),
  searchLabel: (label: string): string => (english ? `Search the options of ${label}` : `在“${label}”的选项里找`),
  found: (count: number): string => (english ? `${count} match` : `找到 ${count} 项`),
  chosen: (count: number, all: number): string => (english ? `${count} of ${all} chosen` : `已选 ${count} 个，共 ${all} 个`),
  allOf: (group: string): string => (english ? `All of ${group}` : `${group} 全选`),
  clear: english ? 'Clear' : '全不选',
  rich: {
    tools: english ? 'Formatting' : '排版',
    bold: english ? 'Bold' : '加粗',
    italic: english ? 'Italic' : '斜体',
    heading: english ? 'Heading' : '小标题',
    paragraph: english ? 'Paragraph' : '正文',
    list: english ? 'List' : '项目符号',
    numbers: english ? 'Numbered list' : '编号',
  },
};
