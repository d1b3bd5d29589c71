import type { ComponentChildren } from 'preact';
import { Dialog } from './dialog';

interface Props {
  title: string;
  confirmLabel: string;
  cancelLabel?: string;
  isDangerous?: boolean;
  onConfirm(): void;
  onClose(): void;
  children: ComponentChildren;
}

export function ConfirmDialog({ title, confirmLabel, cancelLabel = 'Cancel', isDangerous, onConfirm, onClose, children }: Props) {
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <div class="dialog-actions">
        <button type="button" onClick={onClose} autofocus>
          {cancelLabel}
        </button>
        <button
          type="button"
          class={isDangerous ? 'danger' : 'primary'}
          onClick={() => {
            onConfirm();
            onClose();
          }}
        >
          {confirmLabel}
        </button>
      </div>
    </Dialog>
  );
}
