import { LivekeeperError } from "../../errors.ts";
import { requestTexts, type Text, verbatim } from "../../text/index.ts";
import { imageType } from "./image-type.ts";

/** A picture of the site is some kilobytes; a gift's animation some hundred. */
const mostBytes = 2 * 1024 * 1024;
const timeoutMs = 10_000;

export interface Image {
	type: string;
	bytes: Buffer;
}

/**
 * Fetches a picture: no cookie goes with the question, no redirect is followed, and what is no picture is not passed on.
 * @throws {LivekeeperError} `image_unavailable`
 */
export async function fetchImage(url: URL, signal: AbortSignal): Promise<Image> {
	const unavailable = (why: Text, cause?: unknown) =>
		new LivekeeperError("image_unavailable", requestTexts.pictureFailed(url.host, why), { cause });
	let bytes: Buffer;
	try {
		const response = await fetch(url, {
			redirect: "error",
			credentials: "omit",
			headers: { accept: "image/avif,image/webp,image/*" },
			signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
		});
		if (!response.ok || !response.body) throw unavailable(requestTexts.pictureStatus(response.status));
		bytes = await upTo(mostBytes, response.body);
	} catch (error) {
		throw error instanceof LivekeeperError
			? error
			: unavailable(error instanceof Error ? verbatim(error.message) : requestTexts.noAnswer, error);
	}
	if (bytes.length > mostBytes) throw unavailable(requestTexts.pictureTooLarge(mostBytes / 1024));
	const type = imageType(bytes);
	if (type === undefined) throw unavailable(requestTexts.noPicture);
	return { type, bytes };
}

/** The body; where it is longer than the limit, a part that is longer as well. */
async function upTo(limit: number, body: ReadableStream<Uint8Array>): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of body) {
		chunks.push(chunk);
		length += chunk.length;
		if (length > limit) break;
	}
	return Buffer.concat(chunks);
}
