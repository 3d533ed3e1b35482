const REMEMBERED = 'nexus-microphone';

/** The microphones of this machine, and which one its person chose last. Names come once they have been allowed. */
export class Inputs {
  devices = $state.raw<MediaDeviceInfo[]>([]);
  deviceId = $state<string | undefined>(localStorage.getItem(REMEMBERED) ?? undefined);

  /** Keeps the list current while devices come and go. Returns how to stop. */
  follow(): () => void {
    const media = navigator.mediaDevices;
    // Undefined where the page is not served securely; recording says so when it is asked for.
    if (!media) return () => undefined;
    const refresh = () => void this.refresh();
    media.addEventListener('devicechange', refresh);
    refresh();
    return () => media.removeEventListener('devicechange', refresh);
  }

  async refresh(): Promise<void> {
    const all = await navigator.mediaDevices.enumerateDevices();
    // Before permission a browser shows one without an id.
    this.devices = all.filter(({ kind, deviceId }) => kind === 'audioinput' && deviceId !== '');
    if (!this.devices.some(({ deviceId }) => deviceId === this.deviceId)) this.deviceId = this.devices[0]?.deviceId;
  }

  choose(deviceId: string): void {
    this.deviceId = deviceId;
    localStorage.setItem(REMEMBERED, deviceId);
  }
}
