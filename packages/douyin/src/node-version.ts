const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

/** Message for a version of Node that is too old for livekeeper; `undefined` if it is new enough. */
export const nodeProblem =
	major > 22 || (major === 22 && minor >= 15)
		? undefined
		: {
				en: `livekeeper needs Node 22.15 or later; this is ${process.versions.node}. Install Node 24 from https://nodejs.org, or use npm start in a clone.`,
				zh: `livekeeper 需要 Node 22.15 或更新的版本，当前是 ${process.versions.node}。请从 https://nodejs.org 安装 Node 24。`,
			};
