/** What a heading is called in an address, as code hosts make it: links work there and in the manual. */
export function anchorOf(heading) {
	return heading
		.toLowerCase()
		.replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
		.trim()
		.replaceAll(/\s/g, "-");
}
