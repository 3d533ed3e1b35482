import { installPackage, mayInstall } from './install-package.ts';

/** Where a current one comes from: those of distributions are often too old for the largest sites. */
export const YT_DLP_INSTALL = process.platform === 'darwin' ? 'brew install yt-dlp' : 'pipx install yt-dlp';

/** Links to pages with recordings need yt-dlp, and nothing else does: Nexus starts and works without it. */
export async function ensureYtDlp(say: (line: string) => void): Promise<boolean> {
  if (process.env.NEXUS_YT_DLP || Bun.which('yt-dlp')) return true;
  if (mayInstall()) {
    say('Installing yt-dlp (once)');
    if (await installPackage('yt-dlp')) return true;
  }
  say(`yt-dlp is missing, so links to video pages have to wait. Install it: ${YT_DLP_INSTALL}`);
  return false;
}

/** Versions are dates. Large sites change what they want several times a year. */
export function isOldYtDlp(version: string, now: Date): boolean {
  const day = /^(\d{4})\.(\d{2})\.(\d{2})/.exec(version.trim());
  return (
    day !== null && now.getTime() - Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3])) > 365 * 86_400_000
  );
}
