import { aStream } from './support/a-stream';
import { useBrowser } from './support/browser';

describe('a recording', () => {
  const withBuilder = useBrowser();

  it('gives the same records without asking the API, and holds no secret', () =>
    withBuilder(aStream({ retriever: { creation_requester: { authenticator: { type: 'BearerAuthenticator', api_token: "{{ config['api_key'] }}" } } } }), async ({ page, results, test, api, savedFile }) => {
      await page.getByRole('button', { name: /^Test settings/ }).click();
      await page.getByLabel('Answers come from').selectOption('record');
      await page.getByLabel('Name of the recording').fill('first');
      await page.keyboard.press('Escape');
      await test();
      await results.getByRole('tab', { name: 'Records (3)' }).waitFor();
      const rows = await page.getByRole('region', { name: 'Records' }).innerText();
      const asked = api.log().length;
      expect(savedFile('first.cassette.json')).not.toContain('test-api-key-0815');

      await page.getByRole('button', { name: /^Test settings/ }).click();
      await page.getByLabel('Answers come from').selectOption('replay');
      await page.getByLabel('Recording', { exact: true }).selectOption('first');
      await page.keyboard.press('Escape');
      await test();
      await results.getByRole('tab', { name: 'Records (3)' }).waitFor();
      expect(await page.getByRole('region', { name: 'Records' }).innerText()).toBe(rows);
      await page.getByText('Other Requests (3)').waitFor();
      expect(api.log()).toHaveLength(asked);
    }));

  it('says what differs when the stream asks for something else than was recorded', () =>
    withBuilder(aStream(), async ({ page, results, test, api }) => {
      const source = async (mode: 'record' | 'replay', name: () => Promise<unknown>) => {
        await page.getByRole('button', { name: /^Test settings/ }).click();
        await page.getByLabel('Answers come from').selectOption(mode);
        await name();
        await page.keyboard.press('Escape');
      };
      await source('record', () => page.getByLabel('Name of the recording').fill('first'));
      await test();
      const asked = api.log().length;
      const url = page.getByRole('main').getByLabel('URL', { exact: true });
      await url.fill(`${await url.inputValue()}?only=new`);
      await page.getByText('The stream was changed since this test.').waitFor();
      await source('replay', () => page.getByLabel('Recording', { exact: true }).selectOption('first'));
      await test();
      await results.locator('.is-warning', { hasText: 'only=new' }).waitFor();
      expect(api.log()).toHaveLength(asked);
    }));
});
