import asyncio
class A:
    async def run(self): return B()
class B:
    def stop(self): return 1
async def main():
    b = await A().run()
    b.stop()
    async with C() as c:
        c.stop()
    async for x in D():
        x.stop()
    return [y.stop() async for y in D()]
class C:
    async def __aenter__(self): return B()
    async def __aexit__(self, *r): return None
class D:
    def __aiter__(self): return E()
class E:
    def __init__(self): self.n = 0
    async def __anext__(self):
        self.n += 1
        if self.n > 1: raise StopAsyncIteration
        return B()
asyncio.run(main())
