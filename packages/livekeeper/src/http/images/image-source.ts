import { AllowedHosts } from "@livekeeper/douyin";
import { LivekeeperError } from "../../errors.ts";
import { requestTexts } from "../../text/index.ts";

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
export function imageHosts(upstream: string): AllowedHosts {
	return new AllowedHosts(upstream, isSite(new URL(upstream)) ? siteHosts : []);
}

const isSite = (base: URL) => isUnder("douyin.com", base);

function isUnder(host: string, { hostname }: URL): boolean {
	return hostname === host || hostname.endsWith(`.${host}`);
}
