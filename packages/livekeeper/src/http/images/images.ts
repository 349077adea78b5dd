import { type Clock, DouyinError, HttpClient, type HttpResponse } from "@livekeeper/douyin";
import { LivekeeperError } from "../../errors.ts";
import { failureText, requestTexts, type Text } from "../../text/index.ts";
import { imageHosts, imageSource } from "./image-source.ts";
import { imageType } from "./image-type.ts";

/** Maximum size of a picture, bytes. A picture of the site has some kilobytes, a gift's animation some hundred. */
const maxBytes = 2 * 1024 * 1024;
const timeoutMs = 10_000;

export interface Image {
	type: string;
	bytes: Buffer;
}

export interface ImagesOptions {
	/** Base address of the upstream. */
	upstreamUrl: string;
	/** Proxy through which the upstream is reached. */
	proxy: string | undefined;
	userAgent: string | undefined;
	clock: Clock;
}

/** Fetches pictures of the site like everything else of it: through the proxy, or not at all. */
export class Images {
	readonly #upstreamUrl: string;
	readonly #http: HttpClient;

	constructor({ upstreamUrl, proxy, userAgent, clock }: ImagesOptions) {
		this.#upstreamUrl = upstreamUrl;
		this.#http = new HttpClient({
			baseUrl: upstreamUrl,
			hosts: imageHosts(upstreamUrl),
			identity: { ...(proxy !== undefined && { proxy }), ...(userAgent !== undefined && { userAgent }) },
			clock,
			timeoutMs,
			maxBodyBytes: maxBytes,
		});
	}

	/**
	 * Fetches a picture without a cookie. No redirect leads to other hosts, and anything but a picture is refused.
	 * @param address address from an event
	 * @throws {LivekeeperError} `invalid_request`, `image_host_not_allowed`, `image_unavailable`
	 */
	async fetch(address: string, signal: AbortSignal): Promise<Image> {
		const url = imageSource(address, this.#upstreamUrl);
		const unavailable = (why: Text, cause?: unknown) =>
			new LivekeeperError("image_unavailable", requestTexts.pictureFailed(url.host, why), { cause });
		let answer: HttpResponse;
		try {
			const headers = { accept: "image/avif,image/webp,image/*" };
			answer = await this.#http.request({ url: url.href, what: "A picture", signal, headers, withoutCookies: true });
		} catch (error) {
			throw unavailable(error instanceof DouyinError ? failureText(error) : requestTexts.noAnswer, error);
		}
		const { status, body: bytes } = answer;
		if (status < 200 || status > 299) throw unavailable(requestTexts.pictureStatus(status));
		const type = imageType(bytes);
		if (type === undefined) throw unavailable(requestTexts.noPicture);
		return { type, bytes };
	}

	/** Closes idle connections. */
	close(): void {
		this.#http.close();
	}
}
