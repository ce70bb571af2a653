import type { Node } from 'jsonc-parser';
import type { FlowContext, Screen } from './screens.ts';
import { textsIn } from './tree.ts';

/** Whether a text is a reference as a whole, or an expression between backticks: what it is shows only on the phone. */
export function isDynamic(text: string): boolean {
  return /^\$\{[^{}]*\}$/.test(text) || /^`[^]*`$/.test(text);
}

/** Checks that what a screen refers to is declared: its own data and inputs, or those of another screen. */
export function checkReferences(context: FlowContext, screen: Screen): void {
  for (const { value } of partsOf(screen)) {
    for (const node of textsIn(value)) {
      const text = String(node.value);
      if (!isDynamic(text)) continue;
      for (const [, reference = ''] of text.matchAll(/\$\{([^{}]*)\}/g))
        if (!isDeclared(reference.trim(), context, screen))
          context.mistakes.add(
            'UNKNOWN_DATA_REFERENCE',
            node,
            'This text refers to data or an input that is not declared.',
          );
    }
  }
}

/** All of a screen but the model of its data, whose examples may look like anything. */
function partsOf({ node }: Screen): { value: Node }[] {
  return (node.children ?? []).flatMap(({ children }) => {
    const [key, value] = children ?? [];
    return key && value && key.value !== 'data' ? [{ value }] : [];
  });
}

function isDeclared(reference: string, { screens }: FlowContext, screen: Screen): boolean {
  const [scope, ...path] = reference.split('.');
  if (scope !== 'screen') return isOf(screen, scope, path);
  const [id = '', itsScope, ...rest] = path;
  const other = screens.get(id);
  return other !== undefined && isOf(other, itsScope, rest);
}

function isOf(screen: Screen, scope: string | undefined, [name = '']: readonly string[]): boolean {
  if (scope === 'data') return screen.data.has(name.replace(/\[.*$/, ''));
  return scope === 'form' && screen.inputs.has(name);
}
