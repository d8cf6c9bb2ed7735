export const X = () => <a/>;
