import { MessageWriter } from './message-writer';
import { OutputFile, type FileWriterOptions } from './output-file';

/** `read --output FILE`: the Airbyte messages in a file. */
export class FileWriter extends MessageWriter {
  private constructor(
    private readonly file: OutputFile,
    { clock, secrets, heard }: FileWriterOptions,
  ) {
    super(file.output, clock, secrets, heard);
  }

  /** @throws ConnectorError `output.exists`, `output.unusable` */
  static async open(path: string, options: FileWriterOptions): Promise<FileWriter> {
    return new FileWriter(await OutputFile.open(path, options), options);
  }

  override flush(): Promise<void> {
    return this.file.flush();
  }

  override close(): Promise<void> {
    return this.file.close();
  }
}
