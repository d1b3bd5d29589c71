/** Headers, or query parameters. */
export function NameValueTable({ label, entries }: { label: string; entries: readonly (readonly [string, string])[] }) {
  return (
    <details class="name-values" open={entries.length > 0 && entries.length <= 12}>
      <summary>
        {label} ({entries.length})
      </summary>
      {entries.length > 0 && (
        <div class="table-scroll" tabIndex={0} role="region" aria-label={label}>
          <table>
            <tbody>
              {entries.map(([name, value], at) => (
                <tr key={at}>
                  <th scope="row">{name}</th>
                  <td>{value}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
