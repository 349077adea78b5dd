/**
 * Bytes that are not a protobuf message (when reading), or a value that a field can't hold (when writing).
 */
export class WireError extends Error {
	override readonly name = "WireError";
}
