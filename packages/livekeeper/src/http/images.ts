import { LivekeeperError } from "@livekeeper/base/errors";
import { requestTexts, type Text } from "@livekeeper/base/text";
import { AllowedHosts, type Clock, DouyinError, HttpClient, type HttpResponse } from "@livekeeper/douyin";
import { failureText } from "@livekeeper/engine/text";

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

/** Hosts where the site keeps pictures of people, gifts and emoji (seen in its messages). */
const siteHosts = ["douyinpic.com", "douyincdn.com", "byteimg.com", "douyinstatic.com", "ibytedtos.com"];

/**
 * Validates the address of a picture: the service fetches from the site's own picture hosts over TLS. With another
 * upstream than the site, such as a simulator or a proxy, it requests the picture only from that upstream.
 * @param upstream base address of the upstream
 * @throws {LivekeeperError} `invalid_request` if it is no address, `image_host_not_allowed`
 */
export function imageSource(address: string, upstream: string): URL {
	if (!URL.canParse(address)) throw new LivekeeperError("invalid_request", requestTexts.pictureAddress);
	const url = new URL(address);
	const refused = () => new LivekeeperError("image_host_not_allowed", requestTexts.pictureHost(url.host));
	if (!/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") throw refused();
	const base = new URL(upstream);
	if (!isSite(base)) {
		base.pathname = url.pathname;
		base.search = url.search;
		return base;
	}
	if (url.port !== "" || !siteHosts.some((host) => isUnder(host, url))) throw refused();
	// Some messages still name their pictures by http://, although the hosts support TLS.
	url.protocol = "https:";
	return url;
}

/**
 * Returns the hosts that a picture, or a redirect of its host, may lead to.
 * @param upstream base address of the upstream
 */
function imageHosts(upstream: string): AllowedHosts {
	return new AllowedHosts(upstream, isSite(new URL(upstream)) ? siteHosts : []);
}

const isSite = (base: URL) => isUnder("douyin.com", base);

function isUnder(host: string, { hostname }: URL): boolean {
	return hostname === host || hostname.endsWith(`.${host}`);
}

/** Kinds of pictures that are passed on, recognized by their first bytes. No SVG, because it can contain scripts. */
const signatures: readonly { type: string; test: (head: Buffer) => boolean }[] = [
	{ type: "image/jpeg", test: (head) => head.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])) },
	{ type: "image/png", test: (head) => head.subarray(0, 8).equals(Buffer.from("\x89PNG\r\n\x1a\n", "latin1")) },
	{ type: "image/gif", test: (head) => /^GIF8[79]a/.test(head.toString("latin1", 0, 6)) },
	{
		type: "image/webp",
		test: (head) => head.toString("latin1", 0, 4) === "RIFF" && head.toString("latin1", 8, 12) === "WEBP",
	},
	{ type: "image/avif", test: (head) => /^ftypavi[fs]/.test(head.toString("latin1", 4, 12)) },
];

/** Returns the type of a picture by its content, whatever its sender calls it; `undefined` if it is no picture. */
export function imageType(head: Buffer): string | undefined {
	return signatures.find(({ test }) => test(head))?.type;
}
