import { toast } from 'svelte-sonner';
import type { I18n } from '#lib/platform/i18n.ts';

/** Says how a share ended, once, from the address that it led to. */
export function tellShare(params: Pick<URLSearchParams, 'get'>, { t }: I18n, open: (itemId: string) => void): void {
  const itemId = params.get('item');
  const action = itemId ? { label: t('archive.share.open'), onClick: () => open(itemId) } : undefined;
  switch (params.get('shared')) {
    case 'added':
      return void toast.success(t('archive.added'), { action });
    case 'here':
      return void toast.info(t('archive.alreadyHere'), { action });
    case 'refused':
      return void toast.error(params.get('reason') ?? t('archive.share.empty'));
    case 'too-large':
      return void toast.error(t('archive.share.tooLarge'));
    case 'again':
      return void toast.info(t('archive.share.again'));
    default:
      return void toast.info(t('archive.share.empty'));
  }
}
