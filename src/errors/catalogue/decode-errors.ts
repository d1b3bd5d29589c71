import type { ErrorEntry } from './error-entry';

/** Bodies that are not what the decoder expects. */
export const DECODE_ERRORS = {
  'decode.bad_encoding': ['The body is not in the encoding that it should have.', 'Set `encoding` of the decoder.'],
  'decode.bad_quotes': ['A CSV field goes on behind its closing quote.', 'Check `delimiter`, `quote_char` and `escape_char` of the CsvDecoder.'],
  'decode.csv_dialect': ['The settings of a CsvDecoder exclude each other.', 'Correct what the message names.'],
  'decode.document_too_large': ['A JSON or XML document, or one value in it, is too large to be held in memory.', 'Use a JsonItemsDecoder, or set `items_path` of the XmlDecoder: they read one record at a time.'],
  'decode.gzip_damaged': ['A gzip body is damaged.', 'The download is repeated. If it stays, the file is broken at the API.'],
  'decode.gzip_truncated': ['A gzip body ends too early.', 'As for decode.gzip_damaged.'],
  'decode.invalid_json': ['A body is not JSON, or is damaged.', 'If the message shows a web page, check the address and the authentication; if it shows rows, choose another decoder.'],
  'decode.invalid_xml': ['A body is not XML, or is damaged.', 'As for decode.invalid_json.'],
  'decode.not_csv': ['A body is not CSV: it begins like a web page, JSON or an archive.', 'Choose the decoder for what the message shows; for archives wrap it in GzipDecoder or ZipfileDecoder.'],
  'decode.not_a_record': ['A row of the body is no object.', 'Check the decoder and where it looks for rows (`items_path`, `field_path`).'],
  'decode.repeated_member': ['A large JSON document has a member on the way to the records twice: the last one counts, but records of an earlier one may have gone out.', 'Ask the API for a correct document, or use a JsonItemsDecoder, which reads all of them.'],
  'decode.row_too_large': ['One row is too large to be held in memory.', 'Probably a quote is never closed: check `quote_char` and `delimiter`.'],
  'decode.truncated_json': ['A JSON document ends in its middle: the download is incomplete.', 'It is repeated. If it stays, the file is broken at the API.'],
  'decode.unclosed_quote': ['A CSV body ends inside of a quoted field: rows would be lost in it.', 'The download may be incomplete; otherwise check `quote_char` and `escape_char`.'],
  'decode.unknown_encoding': ['The encoding of a decoder is not known.', 'Use a name such as utf-8, utf-16, latin-1 or windows-1252.'],
  'decode.unpacked_too_large': ['A small body unpacks to an unbelievable size.', 'Look at the file: it may be an attack.'],
  'decode.xml_entities': ['An XML document defines entities of its own, which can be made to fill all memory.', 'Ask the maker of the API for documents without them.'],
  'decode.xml_too_deep': ['An XML document is nested too deep.', 'Look at the file: it may be an attack.'],
  'decode.xml_too_many_attributes': ['An XML element has too many attributes.', 'Look at the file: it may be an attack.'],
  'decode.zip_bomb': ['A zip archive claims an unbelievable size.', 'Look at the file: it may be an attack.'],
  'decode.zip_invalid': ['A body is no valid zip archive.', 'The download is repeated. If it stays, check what the address returns.'],
  'decode.zip_member': ['A member of a zip archive cannot be unpacked.', 'The download is repeated. If it stays, the archive is broken, or has a password.'],
} as const satisfies Record<string, ErrorEntry>;
