/** Whether a key press belongs to something one types or chooses in, so that single-key shortcuts stay quiet. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest('input:not([type="checkbox"]), textarea, select, [role="menu"], [role="dialog"]') !== null
  );
}
