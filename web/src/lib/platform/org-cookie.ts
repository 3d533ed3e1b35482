/** Which of the caller's organisations this browser works in. Sent on as `X-Nexus-Org`. */
export const ORG_COOKIE = 'nexus-org';
