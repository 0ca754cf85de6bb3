.PHONY: build
build:
	@sh Scripts/bootstrap.sh
	swift build -c release --product wippy --static-swift-stdlib
