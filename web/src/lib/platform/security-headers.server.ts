/** What the browser may talk to beyond this origin: uploads, media and the live connection of the Supabase URL. */
export function widenPolicy(policy: string, supabaseUrl: string, host: string | null): string {
  const sockets = host ? [`ws://${host}`, `wss://${host}`] : [];
  const remote = supabaseUrl ? [supabaseUrl, supabaseUrl.replace(/^http/, 'ws')] : [];
  return policy
    .split(';')
    .map((directive) => directive.trim())
    .map((directive) => {
      if (directive.startsWith('connect-src ')) return [directive, ...sockets, ...remote].join(' ');
      if (/^(img|media)-src /.test(directive) && supabaseUrl) return `${directive} ${supabaseUrl}`;
      return directive;
    })
    .join('; ');
}

export const SECURITY_HEADERS: Record<string, string> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy': 'camera=(), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};
