import { Controller, Get } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Allow } from '@throughline/ports'
import { ChannelsService } from './channel.service.js'

@ApiTags('routing')
@Controller('api/v1/routing/channels')
export class ChannelsController {
  constructor(private readonly channels: ChannelsService) {}

  @Get()
  @Allow('anyone')
  @ApiOperation({ summary: 'Which channels stand open in general, until when, and how long they take now' })
  standing() {
    return this.channels.standing()
  }
}
