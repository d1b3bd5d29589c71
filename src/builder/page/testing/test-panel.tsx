/** The right column: Test, Cancel, results. */
export function TestPanel() {
  return <div class="test-panel" />;
}
