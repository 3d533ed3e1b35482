import { existsSync } from 'node:fs';
import { installPackage, mayInstall } from './install-package.ts';

/** Media needs ffmpeg. Installed where that takes no question: as root on Debian or Ubuntu. Elsewhere one line says how, and Nexus runs without. */
export async function ensureFfmpeg(say: (line: string) => void): Promise<boolean> {
  if (Bun.which('ffmpeg') && Bun.which('ffprobe')) return true;
  if (!mayInstall()) {
    say(`ffmpeg is missing, so recordings cannot be processed. Install it: ${installLine()}`);
    return false;
  }
  say('Installing ffmpeg (once)');
  if (await installPackage('ffmpeg')) return true;
  say('ffmpeg could not be installed, so recordings cannot be processed. Try: apt-get install ffmpeg');
  return false;
}

export function installLine(): string {
  if (process.platform === 'darwin') return 'brew install ffmpeg';
  if (process.platform === 'win32') return 'winget install ffmpeg';
  if (existsSync('/etc/debian_version')) return 'sudo apt-get install ffmpeg';
  if (existsSync('/etc/fedora-release')) return 'sudo dnf install ffmpeg';
  if (existsSync('/etc/arch-release')) return 'sudo pacman -S ffmpeg';
  return 'see https://ffmpeg.org/download.html';
}
