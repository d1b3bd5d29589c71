import type { Path } from '../document';
import { Group } from '../form/group';
import { TagField } from '../form/tag-field';
import { useField } from '../form/use-field';
import { usePage } from '../page-context';
import { objectAt } from '../state';

const LISTS = [
  { name: 'completed', label: 'Completed', hint: 'Done: the result can be downloaded.', placeholder: 'ready' },
  { name: 'failed', label: 'Failed', hint: 'The API gave up on the job.', placeholder: 'failed' },
  { name: 'running', label: 'Running', hint: 'Not done yet: ask again.', placeholder: 'pending' },
  { name: 'timeout', label: 'Timeout', hint: 'It took the API too long.', placeholder: 'timeout' },
  { name: 'skipped', label: 'Skipped', hint: 'There is nothing to download, and that is no error.', placeholder: '' },
] as const;

/** Which values of the API mean what; a value stands in one list only. */
export function StatusMappingFields({ path }: { path: Path }) {
  const { state } = usePage();
  const field = useField(path, false);
  const mapping = objectAt(state.model.value, path);
  const valuesOf = (name: string) => (Array.isArray(mapping[name]) ? mapping[name].map(String) : []);
  return (
    <Group title="Status Mapping" hint="All values that the API can give, exactly as it writes them. A value that is in no list stops the test." id={field.id} findings={field.findings}>
      <div class="pairwise">
        {LISTS.map(({ name, label, hint, placeholder }) => {
        const others = new Map(LISTS.filter((list) => list.name !== name).flatMap((list) => valuesOf(list.name).map((value) => [value, list.label] as const)));
        return <TagField key={name} path={[...path, name]} label={label} hint={hint} placeholder={placeholder} keepsEmpty={name !== 'skipped'} takenBy={others} />;
      })}
      </div>
    </Group>
  );
}
