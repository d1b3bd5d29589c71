import { usePage } from '../page-context';

const MIN = 25;
const MAX = 75;

/** Between the form and the test: drag it, or move it with the arrow keys. */
export function Splitter() {
  const { preferences } = usePage();
  const { split } = preferences;
  const set = (percent: number) => (split.value = Math.round(Math.min(Math.max(percent, MIN), MAX)));
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -2, ArrowRight: 2, PageUp: -10, PageDown: 10 }[event.key];
    if (step !== undefined) set(split.value + step);
    else if (event.key === 'Home') set(MIN);
    else if (event.key === 'End') set(MAX);
    else return;
    event.preventDefault();
  };
  const onPointerMove = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const left = event.currentTarget.previousElementSibling?.getBoundingClientRect().left ?? 0;
    set(((event.clientX - left) / (innerWidth - left)) * 100);
  };
  return (
    <div
      class="splitter"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the form"
      aria-valuenow={split.value}
      aria-valuemin={MIN}
      aria-valuemax={MAX}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onDblClick={() => set(50)}
    />
  );
}
