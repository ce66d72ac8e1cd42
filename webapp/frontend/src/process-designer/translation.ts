// bpmn-js in the page's language: the community's Chinese, with our own words where they are plainer.
import zh from 'bpmn-js-i18n-zh/lib/bpmn-js/index.js';

type Words = { [text: string]: string };

const OWN: Words = {
  'User task': '人办',
  'Manual task': '线下办',
  'Script task': '自动算',
  'Service task': '调用外部系统',
  'Business rule task': '查表决定',
  'Call activity': '转给下级办',
  'Exclusive gateway': '按条件选一条',
  'Parallel gateway': '同时办',
  'Inclusive gateway': '按条件选几条',
  'Event-based gateway': '看先等到什么',
  'Sequential multi-instance': '逐个办',
  'Parallel multi-instance': '分头同时办',
  Loop: '重复办',
  'Open minimap': '缩略图',
  'Close minimap': '收起缩略图',
};

export function translation(language: 'zh' | 'en'): { translate: ['value', (text: string, facts?: Words) => string] } {
  const words: Words = language === 'zh' ? { ...(zh as Words), ...OWN } : {};
  return {
    translate: ['value', (text, facts = {}) => (words[text] ?? text).replace(/\{(\w+)\}/g, (hit, name: string) => facts[name] ?? hit)],
  };
}
