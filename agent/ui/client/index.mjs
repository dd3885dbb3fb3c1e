// The same as an ES module.
import cmagent from './index.js';

export const { connect, bind, overlay, remote, offer, words, promises, Problem } = cmagent;
export default cmagent;
