// The same as an ES module.
import cmagent from './index.js';

export const { connect, bind, promises, Problem } = cmagent;
export default cmagent;
