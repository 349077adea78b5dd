import { LivekeeperError } from "../../errors.ts";

/** Where the site keeps pictures of people, gifts and emoji (seen in its messages). */
const siteHosts = ["douyinpic.com", "douyincdn.com", "byteimg.com", "douyinstatic.com", "ibytedtos.com"];

/**
 * Checks the address of a picture: the service fetches from the site's own picture hosts over TLS, and, with another
 * upstream than the site, from that host.
 * @param upstream base address of the upstream
 * @throws {LivekeeperError} `invalid_request` for what is no address, `image_host_not_allowed`
 */
export function imageSource(address: string, upstream: string): URL {
	if (!URL.canParse(address)) throw new LivekeeperError("invalid_request", "url: expected the address of a picture");
	const url = new URL(address);
	const site = siteHosts.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`));
	const plain = url.username === "" && url.password === "" && url.port === "";
	// Some messages still name their pictures by http://; the hosts speak TLS.
	if (site && plain && /^https?:$/.test(url.protocol)) {
		url.protocol = "https:";
		return url;
	}
	if (url.origin === new URL(upstream).origin) return url;
	throw new LivekeeperError("image_host_not_allowed", `Pictures of ${url.host || "that address"} are not fetched`);
}
