curl -o preview.png "https://ogforge.dev/api/v1/og?title=How+to+Build+a+REST+API&subtitle=A+Complete+Guide+for+Beginners&theme=dark&pattern=dots&icon=code"
