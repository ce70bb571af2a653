import { limits, parseUsername } from '@postern/protocol';

/** Names that a number of this name could take, likelier ones first. */
export function suggestUsernames(verifiedName: string): string[] {
  const words = verifiedName
    .normalize('NFKD')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const plain = words.join('');
  const ideas = [
    plain,
    words.join('_'),
    words.join('.'),
    `${plain}_official`,
    `the_${plain}`,
    `${plain}_chat`,
    `hello_${plain}`,
  ];
  const parsed = ideas.flatMap((idea) => parseUsername(idea.slice(0, limits.maxUsernameCharacters)) ?? []);
  return [...new Set(parsed)];
}
