/** What is wrong with a repository's name; null where nothing is (huggingface_hub's rule for repository ids). */
export function repositoryFault(repository: string): 'form' | 'letters' | null {
  const parts = repository.split('/');
  if (parts.length !== 2 || parts.some((part) => part === '')) return 'form';
  const isName = (part: string): boolean => /^[\w.-]{1,96}$/.test(part) && !/^[.-]|[.-]$|--|\.\.|\.git$/.test(part);
  return parts.every(isName) ? null : 'letters';
}
