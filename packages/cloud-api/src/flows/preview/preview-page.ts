import type { Flow } from '../flow.ts';
import { listScreens } from '../json/screen-definition.ts';
import { drawComponents, escaped } from './component-html.ts';
import { objectOf } from './shown-values.ts';

const style = `body{margin:0;padding:24px;background:#ece5dd;color:#111b21;font:16px/1.4 system-ui,sans-serif}
main{display:flex;flex-wrap:wrap;gap:24px;align-items:flex-start}header{margin-bottom:16px}
section{box-sizing:border-box;width:340px;padding:16px;border-radius:16px;background:#fff;box-shadow:0 1px 4px #0003}
section:target{outline:3px solid #008069}h1{font-size:20px;margin:0 0 4px}section>h1{padding-bottom:12px;text-align:center;border-bottom:1px solid #ddd}
h2,h3,p{margin:12px 0;white-space:pre-line;overflow-wrap:anywhere}label,fieldset{display:block;margin:12px 0}
input:not([type=checkbox],[type=radio]),select,textarea{box-sizing:border-box;width:100%;margin-top:4px;padding:10px;border:1px solid #8696a0;border-radius:8px;font:inherit}
fieldset{padding:8px 12px;border:1px solid #ddd;border-radius:8px}.choice{margin:6px 0}img{max-width:100%;border-radius:8px}small{display:block;color:#667781}
.picture{padding:32px;text-align:center;background:#f0f2f5;border-radius:8px}.case{margin:8px 0;padding:0 12px;border-left:3px solid #d9fdd3}
.footer{display:block;margin-top:20px;padding:12px;border-radius:24px;background:#008069;color:#fff;text-align:center;text-decoration:none}
.link{display:block;margin:12px 0;color:#008069}.mistakes{padding:12px 32px;border-radius:12px;background:#fff3cd}`;

/**
 * The screens of a flow as a page of HTML: side by side, with examples in the place of data. It loads nothing and runs
 * nothing, and what is entered in it goes nowhere.
 */
export function drawPreview({ name, status, document }: Pick<Flow, 'name' | 'status' | 'document'>): string {
  const screens = listScreens(document).map((each) => {
    const screen = objectOf(each);
    const title = typeof screen['title'] === 'string' ? screen['title'] : screen['id'];
    const children = drawComponents(objectOf(screen['layout'])['children'], screen);
    return `<section id="${escaped(screen['id'])}"><h1>${escaped(title)}</h1>\n${children}</section>`;
  });
  const mistakes = document.mistakes.map(
    ({ line_start: line, message }) => `<li>Line ${line}: ${escaped(message)}</li>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escaped(name)}</title><style>${style}</style></head>
<body><header><h1>${escaped(name)}</h1><small>${status}</small></header>
${mistakes.length > 0 ? `<ul class="mistakes">${mistakes.join('')}</ul>` : ''}
<main>${screens.join('\n')}</main></body></html>
`;
}
